"""Margin losses: of the right class over the others, and of one score over another."""

from typing import Any

from torch import Tensor

from lossary import validation
from lossary.formulas import catalogue
from lossary.formulas.record import Pointwise
from lossary.kernels import lanes
from lossary.losses.multiclass_and_ranking import margin_ranking, plain_multiclass
from lossary.torch.arguments import (
    Options,
    averaged,
    class_axis,
    promoted,
    renamed,
    tensor,
    widened,
)
from lossary.torch.record_module import RecordLoss

__all__ = ["RankingModule", "multi_margin_loss", "ranking_loss", "require_power"]

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
    s, record = promoted("input", input), catalogue.get(_POWERS[power])
    tensor("target", target)
    if given["sample_weight"] is not None:
        tensor("sample_weight", given["sample_weight"])
    axis = class_axis(s, given.pop("class_dim"))
    options = {**given, "variant": "weston_watkins", "axis": axis, "class_weight": weight}

    def plain(
        s: Tensor, target: Tensor, weight: Tensor | None = None, classes: Tensor | None = None
    ) -> Tensor:
        of_rows = {"class_weight": classes, "sample_weight": None, "reduction": "none"}
        loss = plain_multiclass(record, widened(s), target, **{**options, **of_rows})
        ignored = options["ignore_index"]
        kept = None if ignored is None else target != ignored
        return averaged(loss / s.shape[axis], s.dtype, options["reduction"], weight, kept)

    try:
        found = lanes.attempt(lanes.averaged_margins, plain, record, s, target, options)
        return plain(s, target, options["sample_weight"], weight) if found is None else found
    except validation.LossaryError as error:
        raise renamed(error, _OF_SCORES, weight=weight) from None


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
