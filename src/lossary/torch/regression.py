"""Losses of a number: squared, absolute, Huber's, Poisson's."""

from typing import Any

import torch
from torch import Tensor, nn

from lossary import validation
from lossary.formulas import distance
from lossary.formulas.record import Pointwise
from lossary.losses.input_checks import result_dtype
from lossary.losses.pointwise import pointwise
from lossary.torch.arguments import (
    averaged,
    chosen_reduction,
    promoted,
    renamed,
    require_same_shape,
    tensor,
    widened,
)
from lossary.torch.base_module import Loss
from lossary.torch.predictions import Output

__all__ = [
    "HuberLoss",
    "L1Loss",
    "MSELoss",
    "PoissonNLLLoss",
    "huber_loss",
    "l1_loss",
    "mse_loss",
    "poisson_nll_loss",
]


def _of_numbers(
    record: Pointwise,
    input: Tensor,
    target: Tensor,
    reduction: str,
    weight: Any,
    weight_name: str = "sample_weight",
    **options: float,
) -> Tensor:
    s, y = promoted("input", input), promoted("target", target)
    require_same_shape(s, y)
    if weight is not None:
        tensor(weight_name, weight)
    try:
        loss: Tensor = pointwise(record, s, y, reduction=reduction, sample_weight=weight, **options)
    except validation.LossaryError as error:
        names = {"score": "input", "sample_weight": weight_name}
        raise renamed(error, names, target=target) from None
    return loss


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """Squared error, ``(s - y)²``: the function of :class:`MSELoss`.

    ``weight`` has the input's shape; the mean divides by its sum, as torch's does.

    Raises
    ------
    LossaryError
        For unequal shapes, a negative weight, the deprecated ``size_average`` and ``reduce``.

    Examples
    --------
    >>> import torch
    >>> scores, values = torch.tensor([1.0, 4.0]), torch.tensor([0.0, 2.0])
    >>> mse_loss(scores, values, weight=torch.tensor([3.0, 1.0]))
    tensor(1.7500)

    References
    ----------
    Gauss, Theoria motus corporum coelestium, 1809

    """
    reduction = chosen_reduction(reduction, size_average, reduce)
    return _of_numbers(distance.squared_error, input, target, reduction, weight, "weight")


class MSELoss(Loss, nn.MSELoss):
    """Squared error, ``(s - y)²``, in the square of the target's unit.

    Parameters
    ----------
    size_average, reduce
        Deprecated in torch, an error here: use ``reduction``.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.

    Shapes
    ------
    input, target, ``sample_weight`` and losses: any, all the same.

    Raises
    ------
    LossaryError
        For unequal shapes, which torch broadcasts; for a negative weight.

    Examples
    --------
    >>> import torch
    >>> MSELoss()(torch.tensor([1.0, 4.0]), torch.tensor([0.0, 2.0]))
    tensor(2.5000)

    References
    ----------
    Gauss, Theoria motus corporum coelestium, 1809

    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=chosen_reduction(reduction, size_average, reduce))

    def forward(self, input: Tensor, target: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Return the loss."""
        record, options = distance.squared_error, self._options()
        return _of_numbers(record, input, target, weight=sample_weight, **options)


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """Absolute error, ``|s - y|``: the function of :class:`L1Loss`.

    ``weight`` has the input's shape; the mean divides by its sum, as torch's does.

    Raises
    ------
    LossaryError
        For unequal shapes, a negative weight, the deprecated ``size_average`` and ``reduce``.

    Examples
    --------
    >>> import torch
    >>> l1_loss(torch.tensor([1.0, 4.0]), torch.tensor([0.0, 2.0]), reduction="none")
    tensor([1., 2.])

    References
    ----------
    Laplace, Mémoire sur la probabilité des causes par les événements, 1774

    """
    reduction = chosen_reduction(reduction, size_average, reduce)
    return _of_numbers(distance.absolute_error, input, target, reduction, weight, "weight")


class L1Loss(Loss, nn.L1Loss):
    """Absolute error, ``|s - y|``, in the target's unit; its slope at 0 is 0.

    Parameters
    ----------
    size_average, reduce
        Deprecated in torch, an error here: use ``reduction``.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.

    Shapes
    ------
    input, target, ``sample_weight`` and losses: any, all the same.

    Raises
    ------
    LossaryError
        For unequal shapes, which torch broadcasts; for a negative weight.

    Examples
    --------
    >>> import torch
    >>> L1Loss()(torch.tensor([1.0, 4.0]), torch.tensor([0.0, 2.0]))
    tensor(1.5000)

    References
    ----------
    Laplace, Mémoire sur la probabilité des causes par les événements, 1774

    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=chosen_reduction(reduction, size_average, reduce))

    def forward(self, input: Tensor, target: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Return the loss."""
        record, options = distance.absolute_error, self._options()
        return _of_numbers(record, input, target, weight=sample_weight, **options)


def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """Huber's loss, ``r²/2`` up to delta and linear beyond: the function of :class:`HuberLoss`.

    ``weight`` has the input's shape; the mean divides by its sum.

    Raises
    ------
    LossaryError
        For unequal shapes, a negative weight, a delta that is not positive.

    Examples
    --------
    >>> import torch
    >>> huber_loss(torch.tensor([0.5, 4.0]), torch.tensor([0.0, 2.0]), reduction="none")
    tensor([0.1250, 1.5000])

    References
    ----------
    Huber, Robust Estimation of a Location Parameter, 1964

    """
    reduction = chosen_reduction(reduction)
    return _of_numbers(distance.huber, input, target, reduction, weight, "weight", delta=delta)


class HuberLoss(Loss, nn.HuberLoss):
    """Huber's loss: ``r²/2`` for residuals ``r = s - y`` up to delta, ``δ|r| - δ²/2`` beyond.

    Parameters
    ----------
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.
    delta
        The residual at which it turns linear, positive.

    Shapes
    ------
    input, target, ``sample_weight`` and losses: any, all the same.

    Raises
    ------
    LossaryError
        For unequal shapes, which torch broadcasts; for a delta that is not positive.

    Examples
    --------
    >>> import torch
    >>> HuberLoss(delta=0.5)(torch.tensor([0.5, 4.0]), torch.tensor([0.0, 2.0]))
    tensor(0.5000)

    References
    ----------
    Huber, Robust Estimation of a Location Parameter, 1964

    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(
            reduction=chosen_reduction(reduction),
            **validation.parameters(distance.huber, {"delta": delta}),
        )

    def forward(self, input: Tensor, target: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Return the loss."""
        record, options = distance.huber, self._options()
        return _of_numbers(record, input, target, weight=sample_weight, **options)


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,  # noqa: ARG001 - torch's, which adds it to a rate alone
    reduce: bool | None = None,
    reduction: str = "mean",
    *,
    sample_weight: Tensor | None = None,
) -> Tensor:
    """Minus the log-likelihood of a count: the function of :class:`PoissonNLLLoss`.

    ``exp(s) - y s``, and with ``full`` its constant ``log y!``. Arguments, shapes and errors are
    those of the module.

    Raises
    ------
    LossaryError
        For a negative count, unequal shapes, ``log_input=False``.

    Examples
    --------
    >>> import torch
    >>> log_rate, counts = torch.tensor([0.0, 1.0]), torch.tensor([2.0, 3.0])
    >>> poisson_nll_loss(log_rate, counts, full=True, reduction="none")
    tensor([1.6931, 1.5100])

    References
    ----------
    Nelder and Wedderburn, Generalized Linear Models, 1972

    """
    reduction = chosen_reduction(reduction, size_average, reduce)
    _require_log_input(log_input)
    if not validation.flag("full", full):
        return _of_numbers(distance.poisson, input, target, reduction, sample_weight)
    s, y = promoted("input", input), promoted("target", target)
    loss = _of_numbers(distance.poisson, widened(s), y, "none", None)
    loss = loss + torch.lgamma(y.to(loss.dtype) + 1)
    return averaged(loss, result_dtype("input", s, y), reduction, sample_weight)


def _require_log_input(log_input: bool) -> None:
    if log_input is not True:
        message = (
            "PoissonNLLLoss takes the logarithm of the rate, log_input=True, "
            f"got log_input={log_input!r}: pass input.log() for a rate"
        )
        raise validation.LossaryError(message)


class PoissonNLLLoss(Loss, nn.PoissonNLLLoss):
    """Minus the log-likelihood of a count ``y`` of mean ``exp(s)``, in nats: ``exp(s) - y s``.

    Parameters
    ----------
    log_input
        The input is the logarithm of the rate: True is all there is.
    full
        Add the constant ``log y!``, exactly; torch adds Stirling's approximation.
    size_average, reduce
        Deprecated in torch, an error here: use ``reduction``.
    eps
        Without effect, as in torch with ``log_input=True``: nothing is added to a rate.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.

    Shapes
    ------
    input, target, ``sample_weight`` and losses: any, all the same.

    Raises
    ------
    LossaryError
        For a negative count, unequal shapes, ``log_input=False``.

    Examples
    --------
    >>> import torch
    >>> PoissonNLLLoss()(torch.tensor([0.0, 1.0]), torch.tensor([2.0, 3.0]))
    tensor(0.3591)

    References
    ----------
    Nelder and Wedderburn, Generalized Linear Models, 1972

    """

    output = Output("exp")

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average: bool | None = None,
        eps: float = 1e-8,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        _require_log_input(log_input)
        super().__init__(
            log_input=log_input,
            full=validation.flag("full", full),
            eps=eps,
            reduction=chosen_reduction(reduction, size_average, reduce),
        )

    def forward(
        self, log_input: Tensor, target: Tensor, sample_weight: Tensor | None = None
    ) -> Tensor:
        """Return the loss."""
        return poisson_nll_loss(log_input, target, sample_weight=sample_weight, **self._options())
