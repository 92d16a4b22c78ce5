"""Margins: of the right class over the others, and of one score over another."""

from typing import Any

from torch import Tensor, nn

from lossary import validation
from lossary.formulas import catalogue
from lossary.kernels import lanes
from lossary.losses.multiclass_and_ranking import margin_ranking, plain_multiclass
from lossary.torch.arguments import (
    averaged,
    chosen_reduction,
    class_axis,
    promoted,
    renamed,
    tensor,
    widened,
)
from lossary.torch.base_module import Loss
from lossary.torch.predictions import Output

__all__ = ["MarginRankingLoss", "MultiMarginLoss", "margin_ranking_loss", "multi_margin_loss"]

_POWERS = {1: "hinge", 2: "squared_hinge"}
_OF_SCORES = {"logits": "input", "scores": "input", "class_weight": "weight"}
_OF_PAIRS = {"first": "input1", "second": "input2"}


def _margin_loss(p: Any) -> str:
    if isinstance(p, bool) or not isinstance(p, int | float) or p not in _POWERS:
        message = f"p must be 1 (hinge) or 2 (squared hinge), got {p!r}"
        raise validation.LossaryError(message)
    return _POWERS[int(p)]


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    *,
    sample_weight: Tensor | None = None,
    ignore_index: int | None = None,
    class_dim: int | None = None,
) -> Tensor:
    """Hinge loss of several classes: the function of :class:`MultiMarginLoss`.

    ``Σ_{j≠t} w_t max(0, margin - s_t + s_j)^p / C``; arguments, shapes and errors are those of
    the module.

    Raises
    ------
    LossaryError
        For a target that is no class index, shapes that do not fit, p other than 1 and 2.

    Examples
    --------
    >>> import torch
    >>> scores = torch.tensor([[1.0, 0.5, 3.0]])
    >>> multi_margin_loss(scores, torch.tensor([0]), reduction="none")
    tensor([1.1667])

    References
    ----------
    Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition, 1999

    """
    reduction = chosen_reduction(reduction, size_average, reduce)
    s, record = promoted("input", input), catalogue.get(_margin_loss(p))
    tensor("target", target)
    if sample_weight is not None:
        tensor("sample_weight", sample_weight)
    axis = class_axis(s, class_dim)
    options = {
        "variant": "weston_watkins",
        "axis": axis,
        "ignore_index": ignore_index,
        "margin": margin,
    }

    def plain(
        s: Tensor, target: Tensor, weight: Tensor | None = None, classes: Tensor | None = None
    ) -> Tensor:
        given = {**options, "class_weight": classes, "reduction": "none"}
        loss = plain_multiclass(record, widened(s), target, **given)
        kept = None if ignore_index is None else target != ignore_index
        return averaged(loss / s.shape[axis], s.dtype, reduction, weight, kept)

    asked = {
        **options,
        "reduction": reduction,
        "sample_weight": sample_weight,
        "class_weight": weight,
    }
    try:
        found = lanes.attempt(lanes.averaged_margins, plain, record, s, target, asked)
        return plain(s, target, sample_weight, weight) if found is None else found
    except validation.LossaryError as error:
        raise renamed(error, _OF_SCORES, weight=weight) from None


class MultiMarginLoss(Loss, nn.MultiMarginLoss):
    """Hinge loss of several classes: ``Σ_{j≠t} w_t max(0, margin - s_t + s_j)^p / C``.

    As in torch, the sum over the other classes is divided by the number of all classes ``C``.
    ``lossary.multiclass_hinge`` divides by nothing, and has Crammer and Singer's maximum.

    Parameters
    ----------
    p
        1 for the hinge, 2 for its square.
    margin
        The lead below which a class costs, not negative.
    weight
        A weight for each class, of shape ``(C,)``. As in torch the mean divides by the number of
        rows; by the sum of ``sample_weight``, where that is given.
    size_average, reduce
        Deprecated in torch, an error here: use ``reduction``.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.
    ignore_index
        Rows of that class index count for nothing.
    class_dim
        The axis of the classes; 1 unless given, or 0 for a single row.

    Shapes
    ------
    input ``(C,)``, ``(N, C)`` or ``(N, C, d1, …)``; target, ``sample_weight`` and losses
    without ``C``.

    Raises
    ------
    LossaryError
        For a target that is no class index, shapes that do not fit, p other than 1 and 2.

    Examples
    --------
    >>> import torch
    >>> MultiMarginLoss(margin=0.5)(torch.tensor([[1.0, 0.5, 3.0]]), torch.tensor([0]))
    tensor(0.8333)

    References
    ----------
    Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition, 1999

    """

    output = Output("identity", "class")
    y_int = True

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        *,
        ignore_index: int | None = None,
        class_dim: int | None = None,
    ) -> None:
        _margin_loss(p)
        super().__init__(
            p=p,
            margin=margin,
            weight=weight,
            reduction=chosen_reduction(reduction, size_average, reduce),
            ignore_index=ignore_index,
            class_dim=class_dim,
        )

    def forward(self, input: Tensor, target: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Return the loss."""
        return multi_margin_loss(input, target, sample_weight=sample_weight, **self._options())


def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    *,
    sample_weight: Tensor | None = None,
) -> Tensor:
    """Hinge of the lead of one score over another: the function of :class:`MarginRankingLoss`.

    ``max(0, margin - y (s1 - s2))``; arguments, shapes and errors are those of the module.

    Raises
    ------
    LossaryError
        For unequal shapes, a target other than -1 and +1, a negative margin.

    Examples
    --------
    >>> import torch
    >>> first, second = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 0.5])
    >>> margin_ranking_loss(first, second, torch.tensor([1, 1]), margin=1.0, reduction="none")
    tensor([0.0000, 1.5000])

    References
    ----------
    Herbrich, Graepel and Obermayer, Large Margin Rank Boundaries for Ordinal Regression, 2000

    """
    first, second = promoted("input1", input1), promoted("input2", input2)
    validation.same_shape(input1=first, input2=second, target=promoted("target", target))
    if sample_weight is not None:
        tensor("sample_weight", sample_weight)
    try:
        loss: Tensor = margin_ranking(
            first,
            second,
            target,
            margin=margin,
            reduction=chosen_reduction(reduction, size_average, reduce),
            sample_weight=sample_weight,
        )
    except validation.LossaryError as error:
        raise renamed(error, _OF_PAIRS, target=target) from None
    return loss


class MarginRankingLoss(Loss, nn.MarginRankingLoss):
    """Hinge of the lead of one score over another: ``max(0, margin - y (s1 - s2))``.

    Parameters
    ----------
    margin
        The lead below which a pair costs, not negative.
    size_average, reduce
        Deprecated in torch, an error here: use ``reduction``.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.

    Shapes
    ------
    input1, input2, target (+1: the first should lead; -1: the second), ``sample_weight`` and
    losses: any, all the same.

    Raises
    ------
    LossaryError
        For unequal shapes, which torch broadcasts; a target other than -1 and +1.

    Examples
    --------
    >>> import torch
    >>> loss = MarginRankingLoss(margin=1.0)
    >>> loss(torch.tensor([2.0, 0.0]), torch.tensor([0.0, 0.5]), torch.tensor([1, 1]))
    tensor(0.7500)

    References
    ----------
    Herbrich, Graepel and Obermayer, Large Margin Rank Boundaries for Ordinal Regression, 2000

    """

    def __init__(
        self,
        margin: float = 0.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(margin=margin, reduction=chosen_reduction(reduction, size_average, reduce))

    def forward(
        self,
        input1: Tensor,
        input2: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor:
        """Return the loss."""
        return margin_ranking_loss(
            input1, input2, target, sample_weight=sample_weight, **self._options()
        )
