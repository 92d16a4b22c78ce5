"""Compensated sums of the divergence terms of near-equal masses."""

from lossary.formulas.divergence import bd0_tail
from lossary.interpreters.array_helpers import (
    Array,
    exact_sum,
    namespace,
    two_difference,
    two_product,
)
from lossary.interpreters.array_vocabulary import vocabulary

__all__ = ["compensated_sum"]

_NEAR = 2.0**-8


def compensated_sum(terms: Array, p: Array, q: Array, excess: int) -> Array:
    """Return Σ bd0(p, q) + excess (Σp - Σq) of each row, rounded once; NaN if infinite.

    For near-equal masses the first term of bd0, (p - q)²/(p + q), is divided with its remainder;
    the other terms are smaller by the contrast. Elsewhere the terms are summed as computed.
    """
    xp, m = namespace(p), vocabulary(p)
    difference, lost = two_difference(p, q)
    total, above = two_difference(p, -q)
    safe = m.where(total == 0, 1, total)
    contrast = difference / safe
    near = (m.abs(contrast) < _NEAR) & (total > 0)
    square, below = two_product(difference, difference)
    first = square / safe
    product, under = two_product(first, safe)
    remainder = (((square - product) - under) + below - first * above) / safe
    zero = xp.zeros_like(p)
    tail = bd0_tail(p, m.where(near, contrast, 0))
    parts = [m.where(near, first, terms), m.where(near, remainder, zero), tail]
    rest = [zero, zero, zero, excess * lost]
    return exact_sum(xp.concat([*parts, excess * difference], axis=-1), xp.concat(rest, axis=-1))
