"""Cross-entropy of yes and no: of scores, and of probabilities."""

from typing import Any

from torch import Tensor, nn

from lossary import validation
from lossary.formulas import probability
from lossary.formulas.record import Pointwise
from lossary.losses.input_checks import result_dtype
from lossary.losses.pointwise import pointwise
from lossary.torch.arguments import (
    averaged,
    chosen_reduction,
    expanded,
    promoted,
    renamed,
    require_same_shape,
    tensor,
    widened,
)
from lossary.torch.base_module import Loss
from lossary.torch.predictions import BINARY, Output

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
]


def _binary(
    record: Pointwise,
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    reduction: str,
    sample_weight: Tensor | None,
    **options: Any,
) -> Tensor:
    """Return a binary loss; ``weight`` scales its elements, and the mean is not by it."""
    s = promoted("input", input)
    require_same_shape(s, promoted("target", target))
    if weight is None:
        given = {"reduction": reduction, "sample_weight": sample_weight, **options}
        return _elements(record, s, target, {"score": "input"}, given)
    given = {"reduction": "none", "sample_weight": expanded("weight", weight, s.shape), **options}
    names = {"score": "input", "sample_weight": "weight"}
    loss = _elements(record, widened(s), target, names, given)
    ignored = options.get("ignore_index")
    kept = None if ignored is None else target != ignored
    return averaged(loss, result_dtype("input", s, target), reduction, sample_weight, kept)


def _elements(
    record: Pointwise, s: Tensor, target: Tensor, names: dict[str, str], options: dict[str, Any]
) -> Tensor:
    if options["sample_weight"] is not None:
        tensor("sample_weight", options["sample_weight"])
    try:
        loss: Tensor = pointwise(record, s, target, **options)
    except validation.LossaryError as error:
        known = {"pos_weight": options.get("pos_weight"), "target": target}
        raise renamed(error, names, **known) from None
    return loss


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
    *,
    sample_weight: Tensor | None = None,
    ignore_index: float | None = None,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    softcap: float | None = None,
) -> Tensor:
    """Cross-entropy of a sigmoid of scores and labels from 0 to 1, in nats.

    ``-y log σ(s) - (1 - y) log σ(-s)``: the function of :class:`BCEWithLogitsLoss`, whose
    arguments, shapes and errors it has.

    Raises
    ------
    LossaryError
        For a label outside 0 … 1, unequal shapes, a negative weight.

    Examples
    --------
    >>> import torch
    >>> scores, labels = torch.tensor([0.0, 3.0]), torch.tensor([1.0, 0.0])
    >>> binary_cross_entropy_with_logits(scores, labels, reduction="none")
    tensor([0.6931, 3.0486])

    References
    ----------
    Good, Rational Decisions, 1952

    """
    reduction = chosen_reduction(reduction, size_average, reduce)
    return _binary(
        probability.sigmoid_cross_entropy,
        input,
        target,
        weight,
        reduction,
        sample_weight,
        pos_weight=pos_weight,
        ignore_index=ignore_index,
        label_smoothing=label_smoothing,
        temperature=temperature,
        softcap=softcap,
    )


class BCEWithLogitsLoss(Loss, nn.BCEWithLogitsLoss):
    """Cross-entropy of a sigmoid of scores and labels from 0 to 1, in nats.

    ``-y log σ(s) - (1 - y) log σ(-s)``.

    Parameters
    ----------
    weight
        What each loss is multiplied by, of the input's shape or expanding to it. As in torch the
        mean divides by the number of losses; by the sum of ``sample_weight``, where that is given.
    size_average, reduce
        Deprecated in torch, an error here: use ``reduction``.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.
    pos_weight
        The weight of the positive part, a number or of a shape that expands to the input's.
    ignore_index
        Targets of this value count for nothing.
    label_smoothing
        The share of the target that is spread evenly over both classes.
    temperature, softcap
        What scores are divided by; what they are bent into (±softcap).

    Shapes
    ------
    input, target, ``sample_weight`` and losses: any, all the same.

    Raises
    ------
    LossaryError
        For a label outside 0 … 1, unequal shapes, a negative weight.

    Examples
    --------
    >>> import torch
    >>> loss = BCEWithLogitsLoss(pos_weight=torch.tensor([2.0, 1.0]))
    >>> loss
    BCEWithLogitsLoss(pos_weight=<2>)
    >>> loss(torch.tensor([[0.0, 3.0]]), torch.tensor([[1.0, 0.0]]))
    tensor(2.2174)

    References
    ----------
    Good, Rational Decisions, 1952

    """

    output = BINARY

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
        *,
        ignore_index: float | None = None,
        label_smoothing: float = 0.0,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> None:
        super().__init__(
            weight=weight,
            reduction=chosen_reduction(reduction, size_average, reduce),
            pos_weight=pos_weight,
            ignore_index=ignore_index,
            label_smoothing=label_smoothing,
            temperature=temperature,
            softcap=softcap,
        )

    def forward(self, input: Tensor, target: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Return the loss."""
        return binary_cross_entropy_with_logits(
            input, target, sample_weight=sample_weight, **self._options()
        )


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    *,
    sample_weight: Tensor | None = None,
    ignore_index: float | None = None,
    label_smoothing: float = 0.0,
) -> Tensor:
    """Cross-entropy of given probabilities and labels from 0 to 1, in nats.

    ``-y log p - (1 - y) log(1 - p)``: the function of :class:`BCELoss`, whose arguments, shapes
    and errors it has.

    Raises
    ------
    LossaryError
        For a probability or a label outside 0 … 1, unequal shapes, a negative weight.

    Examples
    --------
    >>> import torch
    >>> p, labels = torch.tensor([0.5, 1e-10]), torch.tensor([1.0, 0.0])
    >>> binary_cross_entropy(p, labels, reduction="none")
    tensor([6.9315e-01, 1.0000e-10])

    References
    ----------
    Good, Rational Decisions, 1952

    """
    return _binary(
        probability.binary_cross_entropy,
        input,
        target,
        weight,
        chosen_reduction(reduction, size_average, reduce),
        sample_weight,
        ignore_index=ignore_index,
        label_smoothing=label_smoothing,
    )


class BCELoss(Loss, nn.BCELoss):
    """Cross-entropy of given probabilities and labels from 0 to 1, in nats.

    ``-y log p - (1 - y) log(1 - p)``, infinite where an impossible label came true. Scores
    belong in :class:`BCEWithLogitsLoss`, which is finite.

    Parameters
    ----------
    weight
        What each loss is multiplied by, of the input's shape or expanding to it. As in torch the
        mean divides by the number of losses; by the sum of ``sample_weight``, where that is given.
    size_average, reduce
        Deprecated in torch, an error here: use ``reduction``.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.
    ignore_index
        Targets of this value count for nothing.
    label_smoothing
        The share of the target that is spread evenly over both classes.

    Shapes
    ------
    input, target, ``sample_weight`` and losses: any, all the same.

    Raises
    ------
    LossaryError
        For a probability or a label outside 0 … 1, unequal shapes, a negative weight.

    Examples
    --------
    >>> import torch
    >>> BCELoss()(torch.tensor([0.5, 0.25]), torch.tensor([1.0, 0.0]))
    tensor(0.4904)

    References
    ----------
    Good, Rational Decisions, 1952

    """

    output = Output("identity", "label")

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        *,
        ignore_index: float | None = None,
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(
            weight=weight,
            reduction=chosen_reduction(reduction, size_average, reduce),
            ignore_index=ignore_index,
            label_smoothing=label_smoothing,
        )

    def forward(self, input: Tensor, target: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Return the loss."""
        return binary_cross_entropy(input, target, sample_weight=sample_weight, **self._options())
