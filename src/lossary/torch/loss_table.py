"""Table of the losses under PyTorch's names: argument order, and differences from torch.nn."""

from dataclasses import replace
from typing import Literal

from torch import Tensor, nn

from lossary import validation
from lossary.formulas import catalogue, margin, probability, residual, rows
from lossary.formulas.record import Pointwise, Rowwise
from lossary.torch.argument_table import Argument, Record, option_names, parameter_names
from lossary.torch.divergence_forward import DIVERGENCE_REDUCTIONS, divergence_loss
from lossary.torch.loss_entry import LEGACY, LossEntry
from lossary.torch.margin_forward import (
    RankingModule,
    multi_margin_loss,
    ranking_loss,
    require_power,
)
from lossary.torch.pointwise_forward import (
    PoissonModule,
    binary_loss,
    pointwise_loss,
    poisson_loss,
    require_log_input,
)
from lossary.torch.predictions import LOG_PROBABILITIES, Output
from lossary.torch.rowwise_forward import rowwise_loss

__all__ = ["FUNCTIONS", "MODULES", "all_functions", "all_modules", "loss_records"]

_UNEQUAL_SHAPES = "Unequal shapes are an error, where torch.nn broadcasts."
_ELEMENT_WEIGHT = Argument(
    "weight",
    None,
    Tensor | None,
    "A factor of each loss, of the input's shape or expanding to it. As in torch.nn the mean "
    "divides by the number of losses, or by the sum of ``sample_weight`` if that is given.",
)
_CLASS_WEIGHT = Argument(
    "weight",
    None,
    Tensor | None,
    "A weight for each class, of shape ``(C,)``, not negative. As in torch.nn the mean divides by "
    "the number of rows, or by the sum of ``sample_weight`` if that is given.",
)
_POSITIVE_WEIGHT = Argument(
    "pos_weight",
    None,
    Tensor | None,
    "A factor of the loss of positives, a number or of a shape that expands to the input's.",
)
_IGNORED_CLASS = Argument("ignore_index", None, int | None, "Rows of this class are left out.")
_OF_DIVERGENCES = (
    Argument(
        "reduction",
        "mean",
        Literal["mean", "batchmean", "sum", "none"],
        '``"mean"`` over the distributions; ``"batchmean"`` over the samples, for ``(N, C)`` the '
        'same, for ``(N, C, d1, …)`` the mean times ``d1 …``; ``"sum"``; or ``"none"``: one term '
        "per class. A single row is a batch of one. With ``sample_weight`` both means divide by "
        "the sum of the weights.",
    ),
    Argument(
        "log_target",
        False,
        bool,
        "Whether the target, too, holds log-probabilities.",
        validation.flag,
    ),
)
_OF_POISSON = (
    Argument(
        "log_input",
        True,
        bool,
        "Whether the input is the logarithm of the rate: only True is supported.",
        require_log_input,
    ),
    Argument(
        "full",
        False,
        bool,
        "Whether to add the constant ``log y!``, exactly; torch.nn adds Stirling's approximation.",
        validation.flag,
    ),
    Argument(
        "eps",
        1e-8,
        float,
        "Without effect, as in torch.nn with ``log_input=True``: nothing is added to a rate.",
    ),
)
_OF_MULTI_MARGIN = (
    Argument("p", 1, Literal[1, 2], "1 for the hinge, 2 for its square.", require_power),
    Argument("margin", 1.0, float | Tensor, "The margin, not negative."),
)
_OF_RANKING = (Argument("margin", 0.0, float | Tensor, "The difference below which a pair costs."),)
_RANKED = (
    "input1, input2, target (+1: the first should be higher; -1: the second), ``sample_weight``, "
    "losses: any shape, the same for all."
)
_SCORES_OF_CLASSES = (
    "input ``(C,)``, ``(N, C)`` or ``(N, C, d1, …)``; target, ``sample_weight`` and losses without "
    "``C``."
)
_LOG_PROBABILITIES = (
    "input, target ``(C,)``, ``(N, C)`` or ``(N, C, d1, …)``; ``sample_weight`` without ``C``."
)
_NOT_NORMALIZED = (
    "For rows that do not sum to 1 (a missing log_softmax, another axis), unequal shapes."
)
_NUMBERS = ("torch.tensor([1.0, 4.0])", "torch.tensor([0.0, 2.0])")
_COUNTS = ("torch.tensor([0.0, 1.0])", "torch.tensor([2.0, 3.0])")
_PROBABILITIES = ("torch.tensor([[0.25, 0.75]]).log()", "torch.tensor([[0.5, 0.5]])")

_ENTRIES = (
    LossEntry(
        module="BCELoss",
        function="binary_cross_entropy",
        record=probability.binary_cross_entropy,
        compute=binary_loss,
        counterpart=nn.BCELoss,
        positional=("weight", *LEGACY, "reduction"),
        keywords=("ignore_index", "label_smoothing"),
        own=(_ELEMENT_WEIGHT,),
        notes="It is infinite where torch.nn stops at 100. Scores belong in "
        ":class:`BCEWithLogitsLoss`, which is finite.",
        example=("torch.tensor([0.5, 0.25])", "torch.tensor([1.0, 0.0])"),
    ),
    LossEntry(
        module="BCEWithLogitsLoss",
        function="binary_cross_entropy_with_logits",
        record=probability.sigmoid_cross_entropy,
        compute=binary_loss,
        counterpart=nn.BCEWithLogitsLoss,
        positional=("weight", *LEGACY, "reduction", "pos_weight"),
        keywords=("ignore_index", "label_smoothing", "temperature", "softcap"),
        own=(_ELEMENT_WEIGHT, _POSITIVE_WEIGHT),
        example=("torch.tensor([[0.0, 3.0]])", "torch.tensor([[1.0, 0.0]])"),
        example_options="pos_weight=torch.tensor([2.0, 1.0])",
    ),
    LossEntry(
        module="CrossEntropyLoss",
        function="cross_entropy",
        record=rows.softmax_cross_entropy,
        compute=rowwise_loss,
        counterpart=nn.CrossEntropyLoss,
        positional=(
            *("weight", "size_average", "ignore_index", "reduce", "reduction"),
            "label_smoothing",
        ),
        keywords=("class_dim", "temperature", "softcap", "z_loss", "sum_tolerance", "inplace"),
        example=("torch.tensor([[2.0, 0.0, 0.0]])", "torch.tensor([0])"),
        example_options="label_smoothing=0.1",
    ),
    LossEntry(
        module="HuberLoss",
        function="huber_loss",
        record=residual.huber,
        compute=pointwise_loss,
        counterpart=nn.HuberLoss,
        positional=("reduction", "delta"),
        sample_weight="weight",
        notes=_UNEQUAL_SHAPES,
        example=_NUMBERS,
        example_options="delta=0.5",
    ),
    LossEntry(
        module="JSDivLoss",
        function="js_div",
        record=rows.js,
        compute=divergence_loss,
        positional=("reduction", "log_target"),
        keywords=("class_dim", "sum_tolerance"),
        own=_OF_DIVERGENCES,
        reductions=DIVERGENCE_REDUCTIONS,
        output=LOG_PROBABILITIES,
        class_targets=False,
        summary="Jensen-Shannon divergence of a target and given log-probabilities, in nats.",
        notes="``KL(t ‖ m)/2 + KL(p ‖ m)/2`` with ``p = exp(input)`` and ``m = (t + p)/2``, within "
        "0 and log 2. ``lossary.torch.JsLoss`` takes logits.",
        shapes=_LOG_PROBABILITIES,
        raises=_NOT_NORMALIZED,
        example=_PROBABILITIES,
    ),
    LossEntry(
        module="KLDivLoss",
        function="kl_div",
        record=rows.kl,
        compute=divergence_loss,
        counterpart=nn.KLDivLoss,
        positional=(*LEGACY, "reduction", "log_target"),
        keywords=("class_dim", "sum_tolerance"),
        own=_OF_DIVERGENCES,
        reductions=DIVERGENCE_REDUCTIONS,
        output=LOG_PROBABILITIES,
        class_targets=False,
        summary="Kullback-Leibler divergence of given log-probabilities from a target, in nats.",
        notes="``Σ_c t_c (log t_c - input_c)``, never negative, exact for nearly equal "
        "distributions. The mean is over distributions; torch.nn divides by the number of all "
        "elements. ``lossary.torch.KlLoss`` takes logits.",
        shapes=_LOG_PROBABILITIES,
        raises=_NOT_NORMALIZED,
        example=_PROBABILITIES,
    ),
    LossEntry(
        module="L1Loss",
        function="l1_loss",
        record=residual.absolute_error,
        compute=pointwise_loss,
        counterpart=nn.L1Loss,
        positional=(*LEGACY, "reduction"),
        sample_weight="weight",
        notes=_UNEQUAL_SHAPES,
        example=_NUMBERS,
    ),
    LossEntry(
        module="MSELoss",
        function="mse_loss",
        record=residual.squared_error,
        compute=pointwise_loss,
        counterpart=nn.MSELoss,
        positional=(*LEGACY, "reduction"),
        sample_weight="weight",
        notes=_UNEQUAL_SHAPES,
        example=_NUMBERS,
    ),
    LossEntry(
        module="MarginRankingLoss",
        function="margin_ranking_loss",
        record=margin.hinge,
        compute=ranking_loss,
        counterpart=nn.MarginRankingLoss,
        positional=("margin", *LEGACY, "reduction"),
        own=_OF_RANKING,
        tensors=("input1", "input2", "target"),
        base=RankingModule,
        output=Output(),
        summary="Hinge loss of the difference of two scores, one of which should be higher.",
        notes=f"``max(0, margin - target (input1 - input2))``. {_UNEQUAL_SHAPES}",
        shapes=_RANKED,
        raises="For unequal shapes, a target other than -1 and +1, a negative margin.",
        source="Herbrich, Graepel and Obermayer, Large Margin Rank Boundaries for Ordinal "
        "Regression, 2000",
        example=(
            *("torch.tensor([2.0, 0.0])", "torch.tensor([0.0, 0.5])"),
            "torch.tensor([1, 1])",
        ),
        example_options="margin=1.0",
    ),
    LossEntry(
        module="MultiMarginLoss",
        function="multi_margin_loss",
        record=margin.hinge,
        compute=multi_margin_loss,
        counterpart=nn.MultiMarginLoss,
        positional=("p", "margin", "weight", *LEGACY, "reduction"),
        keywords=("ignore_index", "class_dim"),
        own=(*_OF_MULTI_MARGIN, _CLASS_WEIGHT, _IGNORED_CLASS),
        output=Output("identity", "class"),
        class_targets=True,
        summary="Multi-class hinge loss, averaged over the classes.",
        notes="``Σ_{j≠t} w_t max(0, margin - s_t + s_j)^p / C``: as in torch.nn, the sum over the "
        "other classes is divided by the number of all classes. ``lossary.multiclass_hinge`` "
        "divides by nothing, and has Crammer and Singer's maximum.",
        shapes=_SCORES_OF_CLASSES,
        raises="For a target that is not a class index, unequal shapes, p other than 1 and 2.",
        source="Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition, "
        "1999",
        example=("torch.tensor([[1.0, 0.5, 3.0]])", "torch.tensor([0])"),
        example_options="margin=0.5",
    ),
    LossEntry(
        module="PoissonNLLLoss",
        function="poisson_nll_loss",
        record=residual.poisson,
        compute=poisson_loss,
        counterpart=nn.PoissonNLLLoss,
        positional=("log_input", "full", "size_average", "eps", "reduce", "reduction"),
        own=_OF_POISSON,
        base=PoissonModule,
        example=_COUNTS,
    ),
)


_OWN_SUMMARY = tuple(entry for entry in _ENTRIES if entry.summary)
_COUNTERPARTS = {"logistic": nn.SoftMarginLoss} | {
    entry.record.name: entry.counterpart for entry in _ENTRIES if entry not in _OWN_SUMMARY
}
"""The classes of torch.nn whose loss is a record's."""


def _of_record(record: Record) -> LossEntry:
    """Return the entry of a record under its own name."""
    return LossEntry(
        module="".join(part.capitalize() for part in record.name.split("_")) + "Loss",
        function=record.name,
        record=record,
        compute=rowwise_loss if isinstance(record, Rowwise) else pointwise_loss,
        positional=parameter_names(record),
        keywords=option_names(record),
        counterpart=_COUNTERPARTS.get(record.name),
    )


def _of_records() -> list[LossEntry]:
    """Return the entries of all records of losses, those registered by users too."""
    names = [*catalogue.names("pointwise"), *catalogue.names("rowwise")]
    records = (catalogue.get(name) for name in names)
    return [_of_record(r) for r in records if isinstance(r, Pointwise | Rowwise)]


def loss_records() -> dict[str, Record]:
    """Return the records of losses, by the names of their modules."""
    return {entry.module: entry.record for entry in _of_records()}


MODULES = {entry.module: entry for entry in _ENTRIES} | {
    "BrierLoss": replace(_of_record(rows.softmax_squared_error), module="BrierLoss"),
    "FocalLoss": replace(_of_record(rows.softmax_focal), module="FocalLoss"),
}
FUNCTIONS = {entry.function: entry for entry in _ENTRIES}


def all_modules() -> dict[str, LossEntry]:
    """Return all losses by the names of their modules."""
    return {entry.module: entry for entry in _of_records()} | MODULES


def all_functions() -> dict[str, LossEntry]:
    """Return all losses by the names of their functions."""
    return FUNCTIONS | {entry.function: entry for entry in _of_records()}
