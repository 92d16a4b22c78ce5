"""Divergences of given log-probabilities from a target distribution: KL and Jensen-Shannon."""

import math

import torch
from torch import Tensor, nn

from lossary import validation
from lossary.formulas import rows
from lossary.formulas.record import Rowwise
from lossary.interpreters.array_api import (
    axis_last,
    compute_dtype,
    exact_sum,
    namespace,
)
from lossary.interpreters.array_api import sum_tolerance as tolerance_of
from lossary.interpreters.differentiable_operations import apply
from lossary.interpreters.row_losses import log_elements, log_row
from lossary.kernels import lanes
from lossary.losses.input_checks import result_dtype, sample_weights
from lossary.reduction import REDUCTIONS
from lossary.reduction import reduce as reduced
from lossary.torch.arguments import (
    chosen_reduction,
    class_axis,
    promoted,
    require_same_shape,
    tensor,
)
from lossary.torch.base_module import Loss
from lossary.torch.predictions import LOG_PROBABILITIES

__all__ = ["JSDivLoss", "KLDivLoss", "js_div", "kl_div"]

_REDUCTIONS = ("mean", "batchmean", *REDUCTIONS[1:])


def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
    *,
    sample_weight: Tensor | None = None,
    class_dim: int | None = None,
    sum_tolerance: float | None = None,
) -> Tensor:
    """Divergence of the target from log-probabilities: the function of :class:`KLDivLoss`.

    ``Σ_c t_c (log t_c - l_c)``; arguments, shapes and errors are those of the module.

    Raises
    ------
    LossaryError
        For rows that do not sum to 1, unequal shapes, an unknown reduction.

    Examples
    --------
    >>> import torch
    >>> l, t = torch.tensor([[0.25, 0.75]]).log(), torch.tensor([[0.5, 0.5]])
    >>> kl_div(l, t)
    tensor(0.1438)
    >>> kl_div(l, t, reduction="none")
    tensor([[ 0.3466, -0.2027]])

    References
    ----------
    Kullback and Leibler, On Information and Sufficiency, 1951

    """
    reduction = chosen_reduction(reduction, size_average, reduce, _REDUCTIONS)
    options = class_dim, sum_tolerance
    return _divergence(rows.kl, input, target, reduction, log_target, sample_weight, *options)


def js_div(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    log_target: bool = False,
    *,
    sample_weight: Tensor | None = None,
    class_dim: int | None = None,
    sum_tolerance: float | None = None,
) -> Tensor:
    """Jensen-Shannon divergence of target and log-probabilities: that of :class:`JSDivLoss`.

    ``KL(t ‖ m)/2 + KL(p ‖ m)/2`` with ``m = (t + p)/2``; arguments, shapes and errors are those
    of the module.

    Raises
    ------
    LossaryError
        For rows that do not sum to 1, unequal shapes, an unknown reduction.

    Examples
    --------
    >>> import torch
    >>> l, t = torch.tensor([[0.25, 0.75]]).log(), torch.tensor([[0.5, 0.5]])
    >>> js_div(l, t)
    tensor(0.0338)

    References
    ----------
    Lin, Divergence Measures Based on the Shannon Entropy, 1991

    """
    reduction = chosen_reduction(reduction, allowed=_REDUCTIONS)
    options = class_dim, sum_tolerance
    return _divergence(rows.js, input, target, reduction, log_target, sample_weight, *options)


def _divergence(
    record: Rowwise,
    input: Tensor,
    target: Tensor,
    reduction: str,
    log_target: bool,
    sample_weight: Tensor | None,
    class_dim: int | None,
    sum_tolerance: float | None,
) -> Tensor:
    l, t = promoted("input", input), promoted("target", target)
    require_same_shape(l, t)
    validation.flag("log_target", log_target)
    axis, dtypes = class_axis(l, class_dim), (input.dtype, target.dtype)
    _require_rows(l, t, axis)
    if sample_weight is not None:
        tensor("sample_weight", sample_weight)

    def plain(l: Tensor, t: Tensor, weight: Tensor | None) -> Tensor:
        how = (dtypes, reduction, sum_tolerance)
        return _plain(record, (l, t), weight, *how, log_target=log_target)

    inputs = axis_last(l, axis), axis_last(t, axis)
    options = {
        "reduction": reduction,
        "sample_weight": sample_weight,
        "log_target": log_target,
        "dtypes": dtypes,
        "sum_tolerance": sum_tolerance,
    }
    found = lanes.attempt(lanes.given, plain, record, *inputs, options)
    result = plain(*inputs, sample_weight) if found is None else found
    if reduction != "none":
        return result
    elements = result.movedim(-1, axis)
    return elements.contiguous() if l.is_contiguous() else elements


def _require_rows(l: Tensor, t: Tensor, axis: int) -> None:
    for name, x in (("input", l), ("target", t)):
        if not x.is_floating_point():
            message = f"{name} must be floating, got dtype {x.dtype}: pass {name}.float()"
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
    rows: tuple[Tensor, Tensor],
    sample_weight: Tensor | None,
    dtypes: tuple[torch.dtype, torch.dtype],
    reduction: str,
    sum_tolerance: float | None,
    *,
    log_target: bool,
) -> Tensor:
    l, t = rows
    dtype = result_dtype("input", l, t)
    work = compute_dtype(namespace(l), dtype)
    l, t = l.to(work), t.to(work)
    weight = sample_weights(sample_weight, l[..., 0], work)
    if weight is not None:
        even = -math.log(l.shape[-1])
        l = _silenced(weight, l, even)
        t = _silenced(weight, t, even if log_target else math.exp(even))
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


def _silenced(weight: Tensor, x: Tensor, harmless: float) -> Tensor:
    """Return rows, harmless ones where they have no weight."""
    return torch.where((weight == 0)[..., None], harmless, x)


def _require_log_probabilities(
    name: str, l: Tensor, given: torch.dtype, sum_tolerance: float | None
) -> None:
    """Require rows of log-probabilities; their rounding moves the sum by up to eps · entropy."""
    rounding = torch.finfo(given).eps * math.log(l.shape[-1]) if sum_tolerance is None else 0.0
    tolerance = tolerance_of(namespace(l), given, sum_tolerance) + rounding
    validation.log_probabilities(name, exact_sum(l.detach().exp()), tolerance)


class KLDivLoss(Loss, nn.KLDivLoss):
    """Divergence of a target from log-probabilities, in nats: ``Σ_c t_c (log t_c - l_c)``.

    It is never negative, exact for near-equal distributions, and 0 where log-probability and
    target mass are both nothing. The input holds log-probabilities; ``lossary.torch.KlLoss``
    takes logits.

    Parameters
    ----------
    size_average, reduce
        Deprecated in torch, an error here: use ``reduction``.
    reduction
        ``"mean"`` over the distributions (torch divides by the number of all elements);
        ``"batchmean"`` over the samples, which of ``(N, C)`` is the same, and of ``(N, C, d1, …)``
        the mean times ``d1 …``; ``"sum"``; or ``"none"``: one term for each class. A single row
        is a batch of one. Weighted by ``sample_weight``, both divide by weight instead of number.
    log_target
        The target, too, holds log-probabilities.
    class_dim
        The axis of the classes; 1 unless given, or 0 for a single row.
    sum_tolerance
        How far from 1 probabilities may sum, those of log-probabilities too; unless given, what
        their dtype's rounding explains.

    Shapes
    ------
    input, target ``(C,)``, ``(N, C)`` or ``(N, C, d1, …)``; ``sample_weight`` without ``C``.

    Raises
    ------
    LossaryError
        For rows that do not sum to 1 (a forgotten log_softmax, another axis), unequal shapes.

    Examples
    --------
    >>> import torch
    >>> l, t = torch.tensor([[0.25, 0.75]]).log(), torch.tensor([[0.5, 0.5]])
    >>> KLDivLoss()(l, t)
    tensor(0.1438)

    References
    ----------
    Kullback and Leibler, On Information and Sufficiency, 1951

    """

    output = LOG_PROBABILITIES

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        log_target: bool = False,
        *,
        class_dim: int | None = None,
        sum_tolerance: float | None = None,
    ) -> None:
        super().__init__(
            reduction=chosen_reduction(reduction, size_average, reduce, _REDUCTIONS),
            log_target=validation.flag("log_target", log_target),
            class_dim=class_dim,
            sum_tolerance=sum_tolerance,
        )

    def forward(self, input: Tensor, target: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Return the loss."""
        return kl_div(input, target, sample_weight=sample_weight, **self._options())


class JSDivLoss(Loss):
    """Jensen-Shannon divergence of target and log-probabilities, in nats, within 0 … log 2.

    ``KL(t ‖ m)/2 + KL(p ‖ m)/2`` with ``m = (t + p)/2`` and ``p = exp(input)``.

    Parameters
    ----------
    reduction
        ``"mean"`` over the distributions; ``"batchmean"`` over the samples, which of ``(N, C)`` is
        the same, and of ``(N, C, d1, …)`` the mean times ``d1 …``; ``"sum"``; or ``"none"``: one
        term for each class. As in :class:`KLDivLoss`.
    log_target
        The target, too, holds log-probabilities.
    class_dim
        The axis of the classes; 1 unless given, or 0 for a single row.
    sum_tolerance
        How far from 1 probabilities may sum, those of log-probabilities too; unless given, what
        their dtype's rounding explains.

    Shapes
    ------
    input, target ``(C,)``, ``(N, C)`` or ``(N, C, d1, …)``; ``sample_weight`` without ``C``.

    Raises
    ------
    LossaryError
        For rows that do not sum to 1 (a forgotten log_softmax, another axis), unequal shapes.

    Examples
    --------
    >>> import torch
    >>> l, t = torch.tensor([[0.25, 0.75]]).log(), torch.tensor([[0.5, 0.5]])
    >>> JSDivLoss()(l, t)
    tensor(0.0338)

    References
    ----------
    Lin, Divergence Measures Based on the Shannon Entropy, 1991

    """

    output = LOG_PROBABILITIES

    def __init__(
        self,
        reduction: str = "mean",
        log_target: bool = False,
        *,
        class_dim: int | None = None,
        sum_tolerance: float | None = None,
    ) -> None:
        super().__init__(
            reduction=chosen_reduction(reduction, allowed=_REDUCTIONS),
            log_target=validation.flag("log_target", log_target),
            class_dim=class_dim,
            sum_tolerance=sum_tolerance,
        )

    def forward(self, input: Tensor, target: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Return the loss."""
        return js_div(input, target, sample_weight=sample_weight, **self._options())
