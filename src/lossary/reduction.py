"""Reduction of losses of elements or rows to their weighted mean or sum."""

from lossary import validation
from lossary.interpreters.array_helpers import Array, cast, namespace
from lossary.interpreters.array_vocabulary import vocabulary

__all__ = ["REDUCTIONS", "reduce"]

REDUCTIONS = ("mean", "sum", "none")


def reduce(
    loss: Array,
    weight: Array | None,
    reduction: str,
    dtype: object,
    mass: Array | None = None,
) -> Array:
    """Return the weighted losses, or their sum or mean, in a dtype.

    ``mass`` is the weight that a loss already contains, such as a class weight. The mean divides by
    the sum of all weights. A weight of 0 gives 0, even for an infinite loss. The mean of elements
    without any weight is 0, with a zero gradient; the mean of an empty array is an error.
    """
    xp, m = namespace(loss), vocabulary(loss)
    if weight is not None:
        loss = m.where(weight == 0, 0, weight * loss)
    if reduction == "none":
        return cast(loss, dtype)
    if _count(loss) == 0:
        if reduction == "mean":
            message = (
                "the mean of an empty array is undefined: got no element to average; "
                "use reduction='sum' (0) or 'none'"
            )
            raise validation.LossaryError(message)
        return cast(xp.sum(loss), dtype)
    total = _sum(loss)
    if reduction == "sum":
        return cast(total, dtype)
    if weight is None and mass is None:
        return cast(total / _count(loss), dtype)
    divisor = _sum(mass if weight is None else weight if mass is None else weight * mass)
    mean = total / m.where(divisor == 0, 1, divisor)
    return cast(m.where(divisor == 0, 0 * divisor, mean), dtype)


def _sum(x: Array) -> Array:
    return namespace(x).sum(x)


def _count(x: Array) -> int:
    count = 1
    for n in x.shape:
        count *= n
    return count
