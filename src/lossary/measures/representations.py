"""Representations of distributions: probabilities, masses, logits, counts.

Each is converted to the arguments of a measure's terms: for one distribution the mass and -log p,
for two a pair with the difference and the logarithm of the ratio, without avoidable rounding.
"""

from dataclasses import dataclass
from math import log, log2, sqrt
from typing import Any

from lossary import validation
from lossary.formulas.record import Interval
from lossary.formulas.vocabulary import self_information
from lossary.interpreters.array_helpers import (
    Array,
    as_arrays,
    axis_last,
    cast,
    detached,
    exact_sum,
    floating,
    namespace,
    poisoned,
    positions,
    require_real,
    two_difference,
    wide_dtype,
)
from lossary.interpreters.array_helpers import sum_tolerance as tolerance_of
from lossary.interpreters.array_row_losses import Softmax
from lossary.interpreters.array_vocabulary import vocabulary

__all__ = [
    "ValidatedMasses",
    "as_counts",
    "common_scale",
    "compare_logits",
    "count_dtype",
    "in_base",
    "integers",
    "masses",
    "normalised",
    "require_outcomes",
]

_BASE = Interval(0, float("inf"), closed_low=False, closed_high=False)


def in_base(value: Array, base: float | None, unit: str = "nats") -> Array:
    """Convert a value from nats to the unit of a base."""
    if base is None:
        return value
    validation.single("base", base, _BASE)
    if base == 1:
        message = f"base must be positive and other than 1, got {base!r}"
        raise validation.LossaryError(message)
    scale = log(float(detached(base)))
    if not unit.startswith("square root"):
        return value / scale
    if scale < 0:
        message = f"base must be above 1 for a distance, a square root, got {base!r}"
        raise validation.LossaryError(message)
    return value / sqrt(scale)


@dataclass(frozen=True)
class ValidatedMasses:
    """Validated distributions of a call, in the dtype to compute in, outcomes along the last axis.

    Where all of them are integers, ``counts`` are the originals.
    """

    arrays: tuple[Array, ...]
    dtype: Any
    counts: tuple[Array, ...] | None


def masses(
    axis: int, *, normalize: bool, sum_tolerance: float | None = None, **given: Any
) -> ValidatedMasses:
    """Return validated masses: probabilities, or any masses that are to be normalised.

    Sums must be 1 within the tolerance of each argument's dtype, or within ``sum_tolerance``.
    """
    normalize = validation.flag("normalize", normalize)
    arrays = as_arrays(**given)
    first = next(iter(arrays.values()))
    xp = namespace(first)
    validation.same_shape(**arrays)
    require_outcomes(next(iter(arrays)), first, axis)
    for name, x in arrays.items():
        require_real(name, x)
    counts = not any(floating(xp, x) for x in arrays.values())
    dtype = count_dtype(xp) if counts else xp.result_type(*arrays.values())
    work = wide_dtype(first, dtype)
    ready = []
    for name, x in arrays.items():
        p = axis_last(cast(x, work), axis)
        if normalize:
            _require_masses(name, p)
        else:
            own = x.dtype if floating(xp, x) else dtype
            tolerance = tolerance_of(xp, own, sum_tolerance)
            p = poisoned(p, validation.distribution(name, p, detached(exact_sum(p)), tolerance))
        ready.append(p)
    own = tuple(axis_last(x, axis) for x in arrays.values())
    return ValidatedMasses(tuple(ready), dtype, own if counts else None)


def count_dtype(xp: Any) -> Any:
    """Return the dtype of results from counts: float64, or JAX's default."""
    return xp.asarray(0.5).dtype if "jax" in xp.__name__ else xp.float64


def as_counts(name: str, x: Any) -> Array:
    """Return counts in an integer dtype after validation."""
    x = as_arrays(**{name: x})[name]
    xp = namespace(x)
    if not floating(xp, x):
        validation.counts(name, x)
        return x
    # JAX has 32 bits unless jax_enable_x64 is set.
    dtype = xp.asarray(0).dtype if "jax" in xp.__name__ else xp.int64
    validation.counts(name, x, int(xp.iinfo(dtype).max))
    return cast(x, dtype)


def require_outcomes(name: str, p: Array, axis: int) -> None:
    """Require a valid axis with at least one outcome."""
    axis = validation.whole("axis", axis)
    if p.ndim == 0 or not -p.ndim <= axis < p.ndim or p.shape[axis] == 0:
        message = (
            f"{name} must hold at least one outcome along axis {axis}, got shape {tuple(p.shape)}"
        )
        raise validation.LossaryError(message)


def _require_masses(name: str, p: Array) -> None:
    validation.domain(name, p, Interval(0, float("inf"), closed_high=False))
    validation.positive_sum(name, namespace(p).max(p, axis=-1))


def normalised(w: Array) -> tuple[Array, Array]:
    """Return masses divided by their sum, and -log of the shares without cancellation.

    The largest mass is left out of the sum, as in a softmax: -log(1 - 1e-20) is 1e-20, though the
    share rounds to 1.
    """
    xp, m = namespace(w), vocabulary(w)
    top = xp.max(w, axis=-1, keepdims=True)
    is_top = _first(w)
    # A number divided by itself is not always 1.
    ratio = m.where(w == top, 1, w / top)
    others = xp.sum(m.where(is_top, 0, ratio), axis=-1, keepdims=True)
    return ratio / (1 + others), self_information(m, ratio) + m.log1p(others)


def _first(w: Array) -> Array:
    xp = namespace(w)
    index = xp.expand_dims(xp.argmax(w, axis=-1), axis=-1)
    return positions(w) == index


def common_scale(p: Array, q: Array) -> tuple[Array, Array, Array]:
    """Return the shares of two rows of masses, and the difference of the shares.

    Sums that differ by rounding are corrected without rounding the masses, which would lose their
    small difference. Sums of different magnitude are scaled by a power of 2 first.
    """
    xp = namespace(p)
    p, q = _in_range(p), _in_range(q)
    ratio = detached(exact_sum(q) / exact_sum(p))[..., None]
    p = p * 2.0 ** xp.round(xp.log2(ratio))
    total = xp.sum(q, axis=-1, keepdims=True)
    lead = exact_sum(*two_difference(q, p))[..., None] / exact_sum(p)[..., None]
    return p * (1 + lead) / total, q / total, ((p - q) + p * lead) / total


def _in_range(p: Array) -> Array:
    """Return p times a power of 2 so that its sum neither overflows nor underflows."""
    xp, m = namespace(p), vocabulary(p)
    half = 2.0 ** (log2(float(xp.finfo(p.dtype).max)) // 2)
    top = xp.max(p, axis=-1, keepdims=True)
    return p * m.where(top > half, 1 / half, m.where(top < 1 / half, half, xp.ones_like(top)))


def integers(*arrays: Array) -> tuple[Any, ...]:
    """Return counts as NumPy arrays of exact Python integers."""
    return tuple(validation.to_numpy(a).astype(object) for a in arrays)


def compare_logits(a: Array, b: Array) -> tuple[Softmax, Softmax, Array, Array]:
    """Return two softmaxes, the difference of their probabilities, and log(p / q).

    For near-equal logits the ratio is taken from the differences ``b - a``, which are exact where
    the logarithms of two softmaxes would cancel.
    """
    xp, m = namespace(a), vocabulary(a)
    left, right = Softmax(a), Softmax(b)
    # Relative to the largest logit of each row, so that a common shift has no effect.
    moved = (right.d - left.d) + (right.lost - left.lost)
    y = m.where((a == b) & (m.abs(a) == float("inf")), 0, moved)
    close = m.abs(y) < 1
    nudged = left.p * m.expm1(m.where(close, y, 0))
    drift = m.where(close, nudged, (right.e - left.e) / (1 + left.others))
    drift = xp.sum(drift, axis=-1, keepdims=True)
    gain = m.where(drift > -0.5, y - m.log1p(drift), right.l - left.l)
    small = m.abs(gain) < 2
    difference = m.where(small, -left.p * m.expm1(m.where(small, gain, 0)), left.p - right.p)
    return left, right, difference, -gain
