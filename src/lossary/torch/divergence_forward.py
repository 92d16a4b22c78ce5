"""Divergences of a target distribution from given log-probabilities: KL and Jensen-Shannon."""

import math

import torch
from torch import Tensor

from lossary import validation
from lossary.formulas.record import Rowwise
from lossary.interpreters.array_helpers import axis_last, compute_dtype, exact_sum, namespace
from lossary.interpreters.array_helpers import sum_tolerance as tolerance_of
from lossary.interpreters.array_row_losses import log_elements, log_row
from lossary.interpreters.differentiable_operations import apply
from lossary.kernels.dispatch import Dispatch
from lossary.kernels.log_probabilities import LOG_PROBABILITIES
from lossary.kernels.torch.operators import LossOperator
from lossary.losses.input_checks import result_dtype, sample_weights
from lossary.reduction import REDUCTIONS
from lossary.reduction import reduce as reduced
from lossary.torch.arguments import Options, class_axis, promoted, require_same_shape, tensor

__all__ = ["DIVERGENCE_DISPATCH", "DIVERGENCE_REDUCTIONS", "divergence_loss"]

DIVERGENCE_REDUCTIONS = ("mean", "batchmean", *REDUCTIONS[1:])


def divergence_loss(record: Rowwise, input: Tensor, target: Tensor, options: Options) -> Tensor:
    """Return the divergence that a record of logits is, of log-probabilities."""
    reduction, sample_weight = options["reduction"], options["sample_weight"]
    validation.choice("reduction", reduction, DIVERGENCE_REDUCTIONS)
    l, t = promoted("input", input), promoted("target", target)
    require_same_shape(l, t)
    validation.flag("log_target", options["log_target"])
    axis = class_axis(l, options.pop("class_dim"))
    _require_rows(l, t, axis)
    if sample_weight is not None:
        tensor("sample_weight", sample_weight)
    if input.dtype != l.dtype or target.dtype != t.dtype:
        options["dtypes"] = input.dtype, target.dtype

    def plain(l: Tensor, t: Tensor, weight: Tensor | None) -> Tensor:
        return _plain(record, l, t, **{**options, "sample_weight": weight})

    inputs = axis_last(l, axis), axis_last(t, axis)
    found = DIVERGENCE_DISPATCH.attempt(plain, record, *inputs, options)
    result = plain(*inputs, sample_weight) if found is None else found
    if reduction != "none":
        return result
    elements = result.movedim(-1, axis)
    return elements.contiguous() if l.is_contiguous() else elements


def _require_rows(l: Tensor, t: Tensor, axis: int) -> None:
    for name, x in (("input", l), ("target", t)):
        if not x.is_floating_point():
            message = f"{name} must be of a floating dtype, got {x.dtype}: pass {name}.float()"
            raise validation.LossaryError(message)
    if l.device != t.device:
        message = f"input and target must be on one device, got {l.device} and {t.device}"
        raise validation.LossaryError(message)
    if l.ndim == 0 or not -l.ndim <= axis < l.ndim or l.shape[axis] == 0:
        message = (
            f"input must hold at least one class along axis {axis}, got shape {tuple(l.shape)}"
        )
        raise validation.LossaryError(message)


def _plain(
    record: Rowwise,
    l: Tensor,
    t: Tensor,
    *,
    reduction: str,
    log_target: bool,
    sample_weight: Tensor | None = None,
    dtypes: tuple[torch.dtype, torch.dtype] | None = None,
    sum_tolerance: float | None = None,
) -> Tensor:
    """Compute a divergence; ``dtypes`` are those of input and target before autocast."""
    dtypes = dtypes or (l.dtype, t.dtype)
    dtype = result_dtype("input", l, t)
    work = compute_dtype(namespace(l), dtype)
    l, t = l.to(work), t.to(work)
    weight = sample_weights(sample_weight, l[..., 0], work)
    if weight is not None:
        even = -math.log(l.shape[-1])
        l = _without_unweighted(weight, l, even)
        t = _without_unweighted(weight, t, even if log_target else math.exp(even))
    _require_log_probabilities("input", l, dtypes[0], sum_tolerance)
    if log_target:
        _require_log_probabilities("target", t, dtypes[1], sum_tolerance)
        t = t.exp()
    else:
        tolerance = tolerance_of(namespace(t), dtypes[1], sum_tolerance)
        validation.distribution("target", t.detach(), exact_sum(t.detach()), tolerance)
    if reduction == "none":
        losses = apply(log_elements(record), l, t)
        weight = None if weight is None else weight[..., None].expand(losses.shape)
    else:
        losses = apply(log_row(record), l, t)
    if reduction == "batchmean":
        mean: Tensor = reduced(losses, weight, "mean", work) * math.prod(losses.shape[1:])
        return mean.to(dtype)
    result: Tensor = reduced(losses, weight, reduction, dtype)
    return result


def _without_unweighted(weight: Tensor, x: Tensor, valid: float) -> Tensor:
    """Return the rows, those of weight 0 replaced by a valid value."""
    return torch.where((weight == 0)[..., None], valid, x)


def _require_log_probabilities(
    name: str, l: Tensor, given: torch.dtype, sum_tolerance: float | None
) -> None:
    """Require rows of log-probabilities, whose rounding moves the sum by eps times entropy."""
    rounding = torch.finfo(given).eps * math.log(l.shape[-1]) if sum_tolerance is None else 0.0
    tolerance = tolerance_of(namespace(l), given, sum_tolerance) + rounding
    validation.log_probabilities(name, exact_sum(l.detach().exp()), tolerance)


_OPERATOR = LossOperator(LOG_PROBABILITIES, _plain)
DIVERGENCE_DISPATCH = Dispatch(LOG_PROBABILITIES, lambda: _OPERATOR)
