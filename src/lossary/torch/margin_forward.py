"""Margin losses: of the right class over the others, and of one score over another."""

from typing import Any

from torch import Tensor

from lossary import validation
from lossary.formulas.record import Pointwise
from lossary.kernels.dispatch import Dispatch
from lossary.kernels.margins import AVERAGED_MARGINS
from lossary.kernels.torch.operators import LossOperator
from lossary.losses.multiclass_and_ranking import margin_ranking, margin_record
from lossary.losses.multiclass_plain import plain_multiclass
from lossary.torch.arguments import (
    Options,
    averaged,
    class_axis,
    promoted,
    renamed,
    tensor,
    widened,
)
from lossary.torch.generated_module import RecordLoss

__all__ = [
    "MULTI_MARGIN_DISPATCH",
    "RankingModule",
    "multi_margin_loss",
    "ranking_loss",
    "require_power",
]

_POWERS = {1: "hinge", 2: "squared_hinge"}
_OF_SCORES = {"logits": "input", "scores": "input", "class_weight": "weight"}
_OF_PAIRS = {"first": "input1", "second": "input2"}


def require_power(name: str, p: Any) -> None:
    """Require a power of the hinge for which there is a record."""
    if isinstance(p, bool) or not isinstance(p, int | float) or p not in _POWERS:
        message = f"{name} must be 1 (hinge) or 2 (squared hinge), got {p!r}"
        raise validation.LossaryError(message)


def multi_margin_loss(_record: Pointwise, input: Tensor, target: Tensor, given: Options) -> Tensor:
    """Return the hinge loss of several classes, or its square, divided by the number of classes."""
    power, weight = given.pop("p"), given.pop("weight")
    require_power("p", power)
    s, record = promoted("input", input), margin_record(_POWERS[power])
    tensor("target", target)
    if given["sample_weight"] is not None:
        tensor("sample_weight", given["sample_weight"])
    axis = class_axis(s, given.pop("class_dim"))
    options = {**given, "variant": "weston_watkins", "axis": axis, "class_weight": weight}

    def plain(
        s: Tensor, target: Tensor, weight: Tensor | None = None, classes: Tensor | None = None
    ) -> Tensor:
        weights = {"class_weight": classes, "sample_weight": weight}
        return _plain(record, s, target, **{**options, **weights, "axis": -1})

    try:
        found = MULTI_MARGIN_DISPATCH.attempt(plain, record, s, target, options)
        return _plain(record, s, target, **options) if found is None else found
    except validation.LossaryError as error:
        raise renamed(error, _OF_SCORES, weight=weight) from None


def _plain(
    record: Pointwise,
    s: Tensor,
    target: Tensor,
    *,
    axis: int = -1,
    reduction: str = "mean",
    sample_weight: Tensor | None = None,
    ignore_index: int | None = None,
    **options: Any,
) -> Tensor:
    loss = plain_multiclass(
        record,
        widened(s),
        target,
        axis=axis,
        reduction="none",
        ignore_index=ignore_index,
        **options,
    )
    kept = None if ignore_index is None else target != ignore_index
    return averaged(loss / s.shape[axis], s.dtype, reduction, sample_weight, kept)


_OPERATOR = LossOperator(AVERAGED_MARGINS, _plain)
MULTI_MARGIN_DISPATCH = Dispatch(AVERAGED_MARGINS, lambda: _OPERATOR)


def ranking_loss(
    _record: Pointwise, input1: Tensor, input2: Tensor, target: Tensor, options: Options
) -> Tensor:
    """Return the hinge loss of the difference of two scores."""
    first, second = promoted("input1", input1), promoted("input2", input2)
    validation.same_shape(input1=first, input2=second, target=promoted("target", target))
    if options["sample_weight"] is not None:
        tensor("sample_weight", options["sample_weight"])
    try:
        loss: Tensor = margin_ranking(first, second, target, **options)
    except validation.LossaryError as error:
        raise renamed(error, _OF_PAIRS, target=target) from None
    return loss


class RankingModule(RecordLoss):
    """A module of two scores and a target."""

    def forward(  # type: ignore[override]
        self, input1: Tensor, input2: Tensor, target: Tensor, sample_weight: Tensor | None = None
    ) -> Tensor:
        """Return the loss."""
        options = self._options()
        options["sample_weight"] = sample_weight
        return self.entry.compute(self.record, input1, input2, target, options)
