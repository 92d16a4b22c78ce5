"""Row losses on arrays: value, gradient and Hessian-vector product along the last axis.

With ``b`` and ``c`` the first and second derivative of the terms by ``l = log_softmax(z)``, the
gradient is ``b_j (1 - p_j) - p_j Σ_{k≠j} b_k``: in this form nothing cancels where one probability
is near 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lossary import framework_of_array
from lossary.formulas.record import Formula, Rowwise
from lossary.interpreters.array_helpers import (
    Array,
    exact_sum,
    namespace,
    positions,
    two_difference,
)
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.interpreters.differentiable_operations import Elementwise, Row, RowSlope
from lossary.interpreters.differentiable_protocol import Operation

__all__ = [
    "Softmax",
    "dense_row",
    "index_row",
    "log_elements",
    "log_row",
    "log_sum_exp",
    "one_hot",
    "textbook",
]

Parameters = tuple[tuple[str, Any], ...]


class _once:  # noqa: N801 - a decorator
    """Cached property without a lock, which torch.compile does not support."""

    def __init__(self, compute: Callable[[Any], Array]) -> None:
        self._compute, self._name = compute, compute.__name__

    def __get__(self, owner: Any, _: type) -> Array:
        value = self._compute(owner)
        owner.__dict__[self._name] = value
        return value


class Softmax:
    """Softmax of rows: ``l``, ``p`` and ``r = 1 - p``, each accurate to a few eps.

    The largest logit is left out of the sum, so ``log1p`` of the others keeps the tail of a
    confident row (a loss of 4e-9 for 20, 0, 0, not 0), and the rounding error of ``z - max`` is
    corrected in the exponentials: 2.9 eps instead of 59 (float32) or 170 (float64).
    """

    def __init__(self, z: Array) -> None:
        xp, m = namespace(z), vocabulary(z)
        top = xp.max(z, axis=-1, keepdims=True)
        self._first = xp.argmax(z, axis=-1)
        self.is_top = one_hot(self._first, z)
        d, lost = two_difference(z, top)
        # One +inf is a probability of 1; two, or -inf alone, have no softmax.
        self.d = m.where(z == top, 0, d)
        self.lost = m.where(m.abs(self.d) < float("inf"), lost, 0)
        e = m.exp(self.d) * (1 + self.lost)
        self.e = m.where(z == top, 1, e)
        others = xp.sum(m.where(self.is_top, 0, self.e), axis=-1, keepdims=True)
        lawless = (top == -float("inf")) | ((top == float("inf")) & (others > 0))
        self.others = m.where(lawless, float("nan"), others)
        self.top = top

    @_once
    def l(self) -> Array:  # noqa: E743 - the letter of the formulas
        """Return log p."""
        return self.d - vocabulary(self.d).log1p(self.others)

    @_once
    def p(self) -> Array:
        """Return the probabilities."""
        return self.e / (1 + self.others)

    @_once
    def r(self) -> Array:
        """Return 1 - p."""
        rest = self.others / (1 + self.others)
        return vocabulary(self.d).where(self.is_top, rest, 1 - self.p)

    def at(self, index: Array) -> tuple[Array, Array, Array]:
        """Return ``l``, ``p`` and ``r`` of one class of each row."""
        m, others = vocabulary(self.d), self.others[..., 0]
        d, e = _pick(self.d, index), _pick(self.e, index)
        p = e / (1 + others)
        r = m.where(index == self._first, others / (1 + others), 1 - p)
        return d - m.log1p(others), p, r

    def slope(self, b: Array) -> Array:
        """Return the gradient by logits from ``b``, the gradient by log-probabilities.

        The largest of the other classes is added last: the others would be rounded away.
        """
        xp, m = namespace(b), vocabulary(b)
        small = m.where(self.is_top, 0, b)
        others = xp.sum(small, axis=-1, keepdims=True)
        top = xp.sum(m.where(self.is_top, b, 0), axis=-1, keepdims=True)
        rest = (others - small) + m.where(self.is_top, 0, top)
        return b * self.r - self.p * rest


def one_hot(index: Array, like: Array) -> Array:
    """Return the mask of the class of each index, along the last axis of like."""
    xp = namespace(like)
    return positions(like) == xp.expand_dims(index, axis=-1)


def _pick(x: Array, index: Array) -> Array:
    """Return the element of each row at its index, NaN where there is none."""
    xp = namespace(x)
    if framework_of_array.own_kind(x):
        # A DTensor whose classes are sharded has no gather.
        hot = one_hot(index, x)
        picked = xp.sum(vocabulary(x).where(hot, x, 0), axis=-1)
        return vocabulary(x).where(xp.any(hot, axis=-1), picked, float("nan"))
    valid = (index >= 0) & (index < x.shape[-1])
    safe = vocabulary(index).where(valid, index, 0)
    picked = xp.take_along_axis(x, xp.expand_dims(safe, axis=-1), axis=-1)[..., 0]
    return vocabulary(x).where(valid, picked, float("nan"))


def _total(record: Rowwise, terms: Array, t: Array) -> Array:
    """Return the sum of a row's stable terms, with their excess."""
    xp = namespace(terms)
    total = xp.sum(terms, axis=-1)
    if record.excess:
        one = xp.ones_like(t[..., :1])
        total = total + record.excess * exact_sum(xp.concat([t, -one], axis=-1))
    return total


@dataclass(frozen=True)
class _Dense:
    """Row loss of logits and a target distribution, as an operation."""

    record: Rowwise
    parameters: Parameters

    def _call(self, part: Any, z: Array, t: Array, s: Softmax) -> Array:
        return part(vocabulary(z), t, s.l, s.p, s.r, **dict(self.parameters))

    def value(self, z: Array, t: Array) -> Array:
        return _total(self.record, self._call(self.record.term, z, t, Softmax(z)), t)

    def slope(self, z: Array, t: Array) -> Array:
        s = Softmax(z)
        b = self._call(self.record.slope, z, t, s)
        return s.slope(b)

    def product(self, v: Array, z: Array, t: Array) -> Array:
        xp, s = namespace(z), Softmax(z)
        b = self._call(self.record.slope, z, t, s)
        c = self._call(self.record.bend, z, t, s)
        centred = v - xp.sum(s.p * v, axis=-1, keepdims=True)
        both = centred * xp.sum(b, axis=-1, keepdims=True)
        return c * centred - s.p * (both + xp.sum(c * centred, axis=-1, keepdims=True))

    def target_slope(self, z: Array, t: Array) -> Array:
        return self._call(self.record.target_slope, z, t, Softmax(z))


def dense_row(record: Rowwise, parameters: Parameters) -> Operation:
    """Return a row loss as an operation on logits and a target distribution."""
    rule = _Dense(record, parameters)
    return Row(rule.value, (RowSlope(rule.slope, rule.product), rule.target_slope))


@dataclass(frozen=True)
class _Given:
    """Row loss of given log-probabilities, as an operation."""

    record: Rowwise

    def part(self, formula: Formula) -> Formula:
        """Return a formula of the record as a function of ``l`` and ``t`` alone."""
        return lambda m, l, t: formula(m, t, l, m.exp(l), -m.expm1(l))

    def _call(self, formula: Formula, l: Array, t: Array) -> Array:
        return self.part(formula)(vocabulary(l), l, t)

    def value(self, l: Array, t: Array) -> Array:
        return _total(self.record, self._call(self.record.term, l, t), t)

    def slope(self, l: Array, t: Array) -> Array:
        return self._call(self.record.slope, l, t)

    def product(self, v: Array, l: Array, t: Array) -> Array:
        return self._call(self.record.bend, l, t) * v

    def target_slope(self, l: Array, t: Array) -> Array:
        return self._call(self.record.target_slope, l, t)


def textbook(record: Rowwise) -> Formula:
    """Return the terms whose sum is the loss, without an excess."""
    if not record.excess:
        return record.term
    return lambda m, t, l, *_: record.definition(m, t, l)


def log_row(record: Rowwise) -> Operation:
    """Return a row loss without parameters as an operation on log-probabilities and a target."""
    rule = _Given(record)
    return Row(rule.value, (RowSlope(rule.slope, rule.product), rule.target_slope))


def log_elements(record: Rowwise) -> Operation:
    """Return the textbook terms that :func:`log_row` sums, one for each class."""
    rule = _Given(record)
    slope = Elementwise(rule.part(record.slope), (rule.part(record.bend), None))
    return Elementwise(rule.part(textbook(record)), (slope, rule.part(record.target_slope)))


@dataclass(frozen=True)
class _Index:
    """Sparse row loss of logits, a class index and the weight of that class, as an operation."""

    record: Rowwise
    parameters: Parameters

    def _call(self, part: Any, own: tuple[Array, Array, Array], w: Array) -> Array:
        return part(vocabulary(w), w, *own, **dict(self.parameters))

    def value(self, z: Array, index: Array, w: Array) -> Array:
        return self._call(self.record.term, Softmax(z).at(index), w)

    def slope(self, z: Array, index: Array, w: Array) -> Array:
        s = Softmax(z)
        own = s.at(index)
        b = self._call(self.record.slope, own, w)
        return vocabulary(z).where(one_hot(index, z), (b * own[2])[..., None], -b[..., None] * s.p)

    def product(self, v: Array, z: Array, index: Array, w: Array) -> Array:
        xp, m, s = namespace(z), vocabulary(z), Softmax(z)
        own, hot = s.at(index), one_hot(index, z)
        b = self._call(self.record.slope, own, w)[..., None]
        c = self._call(self.record.bend, own, w)[..., None]
        centred = v - xp.sum(s.p * v, axis=-1, keepdims=True)
        at = xp.sum(m.where(hot, centred, 0), axis=-1, keepdims=True)
        return c * at * m.where(hot, own[2][..., None], -s.p) - s.p * centred * b


def index_row(record: Rowwise, parameters: Parameters) -> Operation:
    """Return a sparse row loss as an operation on logits, class index and class weight."""
    rule = _Index(record, parameters)
    return Row(rule.value, (RowSlope(rule.slope, rule.product), None, None))


def _log_sum_exp(z: Array) -> Array:
    s = Softmax(z)
    return (s.top + vocabulary(z).log1p(s.others))[..., 0]


def _softmax_product(v: Array, z: Array) -> Array:
    p = Softmax(z).p
    return p * (v - namespace(z).sum(p * v, axis=-1, keepdims=True))


log_sum_exp: Operation = Row(_log_sum_exp, (RowSlope(lambda z: Softmax(z).p, _softmax_product),))
"""Log-sum-exp of a row, with the softmax as its gradient."""
