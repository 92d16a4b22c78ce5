"""Ranking and multi-class losses, made from the margin losses of a score."""

from typing import Any

from lossary import validation
from lossary.formulas import catalogue
from lossary.formulas.record import SIGNS, Pointwise
from lossary.interpreters.array_helpers import (
    Array,
    as_arrays,
    cast,
    compute_dtype,
    namespace,
    poisoned,
    quietly,
)
from lossary.kernels.dispatch import Dispatch
from lossary.kernels.margins import MARGINS
from lossary.losses.input_checks import result_dtype, sample_weights
from lossary.losses.multiclass_plain import plain_multiclass
from lossary.losses.pointwise_from_record import POINTWISE_DISPATCH
from lossary.losses.pointwise_plain import apply_pointwise
from lossary.reduction import REDUCTIONS, reduce

__all__ = [
    "MARGIN_DISPATCH",
    "margin_ranking",
    "margin_record",
    "multiclass_hinge",
    "multiclass_margin",
]


def _operator() -> Any:
    """Return the operator that torch.compile records."""
    from lossary.losses import compiled_operators  # noqa: PLC0415 - imported by who has torch

    return compiled_operators.MARGIN_OPERATOR


MARGIN_DISPATCH = Dispatch(MARGINS, _operator)


def margin_record(loss: str) -> Pointwise:
    """Return the record of a margin loss, or raise the error for another name."""
    record = catalogue.get(loss)
    if not isinstance(record, Pointwise) or record.target != SIGNS:
        known = [n for n in catalogue.names("pointwise") if _is_margin(n)]
        raise validation.unknown_name(loss, known, "margin loss")
    return record


def _is_margin(name: str) -> bool:
    record = catalogue.get(name)
    return isinstance(record, Pointwise) and record.target == SIGNS


@quietly
def margin_ranking(
    first: Any,
    second: Any,
    target: Any = None,
    *,
    loss: str = "hinge",
    reduction: str = "mean",
    sample_weight: Any = None,
    **parameters: Any,
) -> Array:
    """Margin ranking loss of pairs of scores.

    ``psi(y (first - second))`` for a margin loss ``psi``: with hinge,
    ``max(0, margin - y (first - second))``. Without a target the first is the positive, the
    second the negative. At the kink of the hinge the sub-derivative is 0.

    Parameters
    ----------
    first, second
        Scores, of the same shape ``(*batch)``.
    target
        +1 where the first should rank higher, -1 where the second should.
    loss
        The name of a margin loss: hinge (with a default margin of 0), logistic …
    reduction
        ``"mean"`` over all pairs, ``"sum"``, or ``"none"``: the shape ``(*batch)``.
    sample_weight
        A weight for each pair, none negative; the mean divides by their sum.
    **parameters
        Parameters of the margin loss, such as ``margin=1.0``.

    Raises
    ------
    LossaryError
        For unequal shapes, a target other than -1 and +1, an unknown loss or parameter.

    Examples
    --------
    >>> import lossary as ls
    >>> ls.margin_ranking([2.0, 0.0], [0.0, 0.5], margin=1.0, reduction="none")
    array([0. , 1.5])

    References
    ----------
    Herbrich, Graepel and Obermayer, Large Margin Rank Boundaries for Ordinal Regression, 2000

    """
    validation.choice("reduction", reduction, REDUCTIONS)
    record = margin_record(loss)
    if loss in ("hinge", "squared_hinge"):
        parameters = {"margin": 0.0, **parameters}
    bound = validation.parameters(record, parameters)
    given = {"first": first, "second": second, "sample_weight": sample_weight}
    arrays = as_arrays(**given if target is None else {**given, "target": target})
    a, b, y = arrays["first"], arrays["second"], arrays.get("target")
    validation.same_shape(first=a, second=b)
    xp, dtype = namespace(a), result_dtype("first", a, b)
    work = compute_dtype(xp, dtype)
    a, b = cast(a, work), cast(b, work)
    y = xp.ones_like(a) if y is None else cast(y, work)
    validation.same_shape(first=a, target=y)
    options = {"reduction": reduction, "sample_weight": arrays["sample_weight"], **bound}

    def plain(s: Array, y: Array, weight: Array | None = None) -> Array:
        return reduce(apply_pointwise(record, bound, y, s), weight, reduction, work)

    found = POINTWISE_DISPATCH.attempt(plain, record, a - b, y, options)
    if found is not None:
        return cast(found, dtype)
    hint = "+1 ranks the first higher, -1 the second"
    y = poisoned(y, validation.domain("target", y, SIGNS, hint))
    weight = sample_weights(arrays["sample_weight"], a, work)
    return reduce(apply_pointwise(record, bound, y, a - b), weight, reduction, dtype)


@quietly
def multiclass_margin(
    scores: Any,
    target: Any,
    *,
    loss: str = "hinge",
    variant: str = "crammer_singer",
    axis: int = -1,
    reduction: str = "mean",
    sample_weight: Any = None,
    class_weight: Any = None,
    ignore_index: int | None = None,
    **parameters: Any,
) -> Array:
    """Multi-class margin loss, of the differences between the target's score and the others.

    ``max_j psi(s_t - s_j)`` over the classes ``j`` other than the target ``t`` (Crammer and
    Singer), or their sum (Weston and Watkins), for a margin loss ``psi``.

    Parameters
    ----------
    scores
        Scores of shape ``(*batch, classes)``, the classes along ``axis``.
    target
        Class indices of shape ``(*batch)``.
    loss
        The name of a margin loss: hinge, squared_hinge, logistic, exponential …
    variant
        ``"crammer_singer"`` or ``"weston_watkins"``.
    axis
        The axis of the classes.
    reduction
        ``"mean"``, ``"sum"``, or ``"none"``: the shape ``(*batch)``.
    sample_weight, class_weight
        Weights of the rows and of the classes; the mean divides by the sum of their products.
    ignore_index
        Rows with that target are ignored.
    **parameters
        Parameters of the margin loss, such as ``margin=1.0``.

    Raises
    ------
    LossaryError
        For a target that is no class index, shapes that do not fit, an unknown name.

    Examples
    --------
    >>> import lossary as ls
    >>> scores = [[2.0, 1.5, 0.0]]
    >>> ls.multiclass_margin(scores, [0], reduction="none")
    array([0.5])
    >>> ls.multiclass_margin(scores, [2], variant="weston_watkins", reduction="none")
    array([5.5])

    References
    ----------
    Crammer and Singer, On the Algorithmic Implementation of Multiclass Vector Machines, 2001;
    Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition, 1999

    """
    validation.choice("reduction", reduction, REDUCTIONS)
    validation.choice("variant", variant, ("crammer_singer", "weston_watkins"))
    record = margin_record(loss)
    options = {
        "variant": variant,
        "axis": axis,
        "reduction": reduction,
        "sample_weight": sample_weight,
        "class_weight": class_weight,
        "ignore_index": ignore_index,
        **parameters,
    }

    def plain(s: Array, t: Array, weight: Array | None = None, classes: Any = None) -> Array:
        weights = {"sample_weight": weight, "class_weight": classes}
        given = {**options, **weights, "axis": -1}
        return plain_multiclass(record, s, t, **given)

    found = MARGIN_DISPATCH.attempt(plain, record, scores, target, options)
    return plain_multiclass(record, scores, target, **options) if found is None else found


def multiclass_hinge(scores: Any, target: Any, **options: Any) -> Array:
    """Multi-class hinge loss: the amount by which the target's score falls short of the margin.

    ``max_j max(0, margin - (s_t - s_j))`` over the other classes, or with
    ``variant="weston_watkins"`` the sum instead of the largest. It is
    :func:`multiclass_margin` with ``loss="hinge"`` and takes the same arguments.

    Parameters
    ----------
    scores
        Scores of shape ``(*batch, classes)``.
    target
        Class indices of shape ``(*batch)``.
    **options
        ``margin=1.0`` and those of :func:`multiclass_margin`.

    Raises
    ------
    LossaryError
        For a target that is no class index, shapes that do not fit, a negative margin.

    Examples
    --------
    >>> import lossary as ls
    >>> ls.multiclass_hinge([[2.0, 1.5, 0.0], [0.0, 3.0, 1.0]], [0, 1], reduction="none")
    array([0.5, 0. ])

    References
    ----------
    Crammer and Singer, On the Algorithmic Implementation of Multiclass Vector Machines, 2001

    """
    return multiclass_margin(scores, target, **{"loss": "hinge", **options})
