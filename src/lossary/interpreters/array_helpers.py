"""Helpers for arrays of any framework: namespaces, dtypes, checks, exact sums."""

import math
import sys
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

import numpy as np

from lossary import framework_of_array, validation
from lossary.formulas.record import NONNEGATIVE
from lossary.interpreters.array_vocabulary import vocabulary

__all__ = [
    "Array",
    "as_arrays",
    "axis_last",
    "cast",
    "compute_dtype",
    "detached",
    "device",
    "exact_sum",
    "floating",
    "namespace",
    "poisoned",
    "positions",
    "quietly",
    "require_real",
    "sum_tolerance",
    "two_difference",
    "two_product",
    "wide_dtype",
]

Array = Any

_LOW = ("float16", "bfloat16")

device, namespace = framework_of_array.device, framework_of_array.namespace


def quietly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run a function without NumPy's warnings about infinities and NaN."""

    @wraps(function)
    def quiet(*arguments: Any, **options: Any) -> Any:
        if any(map(framework_of_array.is_torch, arguments or options.values())) or _compiling():
            return function(*arguments, **options)
        with np.errstate(all="ignore"):
            return function(*arguments, **options)

    return quiet


def _compiling() -> bool:
    """Return whether torch.compile traces, which supports no NumPy context manager."""
    torch = sys.modules.get("torch")
    return torch is not None and bool(torch.compiler.is_compiling())


def as_arrays(**given: Any) -> dict[str, Array]:
    """Convert lists and numbers to arrays of the framework of the other arguments, or of NumPy.

    ``None`` (no weights) stays ``None``. Arrays of two frameworks are an error, as nothing is moved
    implicitly, but NumPy arrays next to JAX arrays become JAX arrays, as in ``jax.numpy``.
    """
    arrays = {
        name: _plain_array(name, x) for name, x in given.items() if framework_of_array.is_array(x)
    }
    if _several(arrays):
        arrays = _numpy_as_jax(arrays)
    if _several(arrays):
        raise validation.mixed_frameworks({name: type(x) for name, x in arrays.items()})
    like = next(iter(arrays.values()), None)
    if framework_of_array.is_torch(like):
        _require_one_device(arrays)
    found: dict[str, Array] = {}
    for name, x in given.items():
        if x is None and name in _OPTIONAL:
            found[name] = None
        elif name in arrays:
            found[name] = arrays[name]
        else:
            found[name] = _from_plain(name, x) if like is None else _like(name, x, like)
    return found


_OPTIONAL = ("sample_weight", "class_weight")


def _several(arrays: dict[str, Array]) -> bool:
    """Return whether arrays come from several frameworks."""
    return len({namespace(x): name for name, x in arrays.items()}) > 1


def _numpy_as_jax(arrays: dict[str, Array]) -> dict[str, Array]:
    """Convert NumPy arrays to JAX arrays where any argument is one, as jax.numpy does."""
    xp = next((namespace(x) for x in arrays.values() if framework_of_array.is_jax(x)), None)
    if xp is None:
        return arrays
    found = {}
    for name, x in arrays.items():
        try:
            found[name] = xp.asarray(x) if type(x) is np.ndarray else x
        except TypeError as error:
            raise validation.not_numbers(name, x) from error
    return found


def _plain_array(name: str, x: Array) -> Array:
    """Return an array of real numbers, dense and without a mask."""
    validation.not_ragged(name, x)
    if not framework_of_array.is_dense(x):
        what = (
            f"got the layout {x.layout}: pass {name}.to_dense()"
            if framework_of_array.is_torch(x)
            else f"got a mask: pass {name}.filled(…), and sample_weight=0 where it was masked"
        )
        message = f"{name} must be a dense array, {what}"
        raise validation.LossaryError(message)
    require_real(name, x)
    return np.asarray(x) if isinstance(x, np.ndarray) else x


def _require_one_device(arrays: dict[str, Array]) -> None:
    """Require torch tensors on one device: nothing is moved implicitly."""
    (first, x), *others = arrays.items()
    for name, y in others:
        if x.device != y.device:
            message = f"{first} and {name} must be on one device, got {x.device} and {y.device}: "
            message += f"move one of them, as in {name}.to({first}.device)"
            raise validation.LossaryError(message)


def _from_plain(name: str, x: Any) -> Array:
    try:
        array = np.asarray(x)
    except (ValueError, TypeError, OverflowError, RuntimeError) as error:
        raise validation.not_numbers(name, x) from error
    if array.dtype.kind not in "biuf":
        raise validation.not_numbers(name, x)
    return array if array.size or array.dtype.kind != "f" else array.astype(np.float64)


def _like(name: str, x: Any, like: Array) -> Array:
    xp, plain = namespace(like), _from_plain(name, x)
    if plain.dtype.kind == "f":
        dtype = like.dtype if floating(xp, like) else None
    else:
        dtype = xp.bool if plain.dtype.kind == "b" else xp.int64
    if plain.dtype.kind != "f" and "jax" in xp.__name__:
        dtype = None
    try:
        return xp.asarray(plain.tolist(), dtype=dtype, device=device(like))
    except (OverflowError, RuntimeError, ValueError) as error:
        raise validation.not_numbers(name, x) from error


def floating(xp: ModuleType, x: Array) -> bool:
    """Return whether an array holds floating-point numbers."""
    if str(x.dtype).rsplit(".", maxsplit=1)[-1] in _LOW:
        return True
    return bool(xp.isdtype(x.dtype, "real floating"))


def require_real(name: str, x: Array) -> None:
    """Require real numbers: floating, integer or boolean."""
    if not framework_of_array.is_real(x, booleans=True):
        raise validation.not_numbers(name, x)


def compute_dtype(xp: ModuleType, dtype: Any) -> Any:
    """Return the dtype to compute in: at least float32, and float64 for NumPy's float32.

    NumPy's float32 exp, log and log1p have errors up to 1.6 eps, torch's 0.7; one of them alone
    would use up most of the limit of 2 eps.
    """
    if str(dtype).rsplit(".", maxsplit=1)[-1] in _LOW:
        return xp.float32
    return xp.float64 if dtype == xp.float32 and framework_of_array.computes_in_numpy(xp) else dtype


def wide_dtype(like: Array, dtype: Any) -> Any:
    """Return the dtype to compute a measure in: float64 where framework and device have it.

    The unnormalised KL adds the difference of two sums to a non-negative sum. In float32 this may
    cancel: 4000 eps at a relative difference of 1e-6; in float64 it does not.
    """
    xp = namespace(like)
    narrow = framework_of_array.computes_in_jax(xp) or getattr(device(like), "type", "") == "mps"
    return compute_dtype(xp, dtype) if narrow or dtype == xp.float64 else xp.float64


def cast(x: Array, dtype: Any) -> Array:
    """Return x in a dtype, without a copy where it has that dtype."""
    return x if x.dtype == dtype else namespace(x).astype(x, dtype)


def poisoned(x: Array, bad: Array | None) -> Array:
    """Return x with NaN where the mask of invalid elements holds; None is an empty mask."""
    return x if bad is None else vocabulary(x).where(bad, float("nan"), x)


def positions(like: Array) -> Array:
    """Return the indices 0, 1, 2 … along the last axis, as an array like the given one."""
    if framework_of_array.own_kind(like):
        ones = like.new_ones(like.shape[-1], dtype=sys.modules["torch"].int64)
        return ones.cumsum(0) - 1
    return namespace(like).arange(like.shape[-1], device=device(like))


def axis_last(x: Array, axis: int) -> Array:
    """Return x with an axis moved to the end; torch.moveaxis fails under vmap."""
    last = axis % x.ndim
    if last == x.ndim - 1:
        return x
    order = (*(i for i in range(x.ndim) if i != last), last)
    return namespace(x).permute_dims(x, order)


def two_difference(a: Array, b: Array) -> tuple[Array, Array]:
    """Return fl(a - b) and its rounding error (Knuth, 1969)."""
    d = a - b
    v = d - a
    return d, (a - (d - v)) - (b + v)


def two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """Return fl(a b) and its rounding error (Dekker, 1971)."""
    bits = 1 - round(math.log2(float(namespace(a).finfo(a.dtype).eps)))
    splitter = 2.0 ** ((bits + 1) // 2) + 1

    def halves(x: Array) -> tuple[Array, Array]:
        high = splitter * x - (splitter * x - x)
        return high, x - high

    product = a * b
    (a_high, a_low), (b_high, b_low) = halves(a), halves(b)
    crossed = a_high * b_low + a_low * b_high
    return product, ((a_high * b_high - product) + crossed) + a_low * b_low


def exact_sum(x: Array, rest: Array | None = None) -> Array:
    """Return the sum along the last axis, rounded once: pairwise, with rounding errors added."""
    xp = namespace(x)
    error = xp.zeros_like(x) if rest is None else rest
    while x.shape[-1] > 1:
        half = x.shape[-1] // 2
        odd = x.shape[-1] % 2
        a, b = x[..., :half], x[..., half : 2 * half]
        s, lost = two_difference(a, -b)
        e = error[..., :half] + error[..., half : 2 * half] + lost
        if odd:
            s = xp.concat([s, x[..., -1:]], axis=-1)
            e = xp.concat([e, error[..., -1:]], axis=-1)
        x, error = s, e
    return xp.sum(x + error, axis=-1)


def detached(x: Array) -> Array:
    """Return x without its gradient."""
    if framework_of_array.is_torch(x):
        return x.detach()
    if framework_of_array.is_jax(x):
        return sys.modules["jax"].lax.stop_gradient(x)
    return x


def sum_tolerance(xp: ModuleType, dtype: Any, asked: float | None = None) -> float:
    """Return the tolerance for sums of masses of a dtype: 9e-10 in float64, 2e-5 in float32.

    A tolerance that the caller passes is used unchanged.
    """
    if asked is not None:
        return float(detached(validation.single("sum_tolerance", asked, NONNEGATIVE)))
    eps = float(xp.finfo(dtype).eps)
    return math.sqrt(eps) / 16
