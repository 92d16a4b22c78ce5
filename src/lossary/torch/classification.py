"""Cross-entropy of classes."""

from torch import Tensor, nn

from lossary import validation
from lossary.formulas import rows
from lossary.losses.rowwise import rowwise
from lossary.torch.arguments import (
    OF_ROWS,
    chosen_reduction,
    class_axis,
    promoted,
    renamed,
    tensor,
)
from lossary.torch.base_module import Loss
from lossary.torch.predictions import CLASSES

__all__ = ["CrossEntropyLoss", "cross_entropy"]


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
    *,
    sample_weight: Tensor | None = None,
    class_dim: int | None = None,
    temperature: float = 1.0,
    softcap: float | None = None,
    z_loss: float = 0.0,
    sum_tolerance: float | None = None,
    inplace: bool = False,
) -> Tensor:
    """Cross-entropy of a softmax of logits and its target, in nats.

    ``-Σ_c t_c log softmax(z)_c``: the function of :class:`CrossEntropyLoss`, whose arguments,
    shapes and errors it has; ``sample_weight`` has the shape of the losses.

    Raises
    ------
    LossaryError
        For a class index out of range, probabilities that do not sum to 1, shapes that do not fit.

    Examples
    --------
    >>> import torch
    >>> logits = torch.tensor([[2.0, 0.0, 0.0], [0.0, 20.0, 0.0]])
    >>> cross_entropy(logits, torch.tensor([0, 1]), reduction="none")
    tensor([2.3954e-01, 4.1223e-09])

    References
    ----------
    Bridle, Probabilistic Interpretation of Feedforward Network Outputs, 1990

    """
    z = promoted("input", input)
    if sample_weight is not None:
        tensor("sample_weight", sample_weight)
    try:
        loss: Tensor = rowwise(
            rows.softmax_cross_entropy,
            z,
            tensor("target", target),
            axis=class_axis(z, class_dim),
            reduction=chosen_reduction(reduction, size_average, reduce),
            sample_weight=sample_weight,
            class_weight=weight,
            ignore_index=ignore_index,
            label_smoothing=label_smoothing,
            temperature=temperature,
            softcap=softcap,
            z_loss=z_loss,
            sum_tolerance=sum_tolerance,
            inplace=inplace,
        )
    except validation.LossaryError as error:
        raise renamed(error, OF_ROWS, weight=weight) from None
    return loss


class CrossEntropyLoss(Loss, nn.CrossEntropyLoss):
    """Cross-entropy of a softmax of logits and its target, in nats.

    ``-Σ_c t_c log softmax(z)_c``; for a class index, minus the log-probability of that class.

    Parameters
    ----------
    weight
        A weight for each class, of shape ``(C,)``; the mean divides by the sum of the weights of
        the targets, whether they are indices or probabilities.
    size_average, reduce
        Deprecated in torch, an error here: use ``reduction``.
    ignore_index
        Rows of that class index count for nothing; if all are, the mean is 0.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.
    label_smoothing
        The share of the target that is spread evenly over the classes.
    class_dim
        The axis of the classes; torch's unless given: 1, or 0 for a single row.
    temperature, softcap, z_loss
        What logits are divided by; what they are bent into (±softcap); the weight of the squared
        log-sum-exp that is added.
    sum_tolerance
        How far from 1 the probabilities of a target may sum; unless given, what their dtype's
        rounding explains.
    inplace
        Write the gradient over the logits, which must have been computed, not be parameters: half
        of the memory. Whoever else needs their values in the backward pass raises an error.

    Shapes
    ------
    input ``(C,)``, ``(N, C)`` or ``(N, C, d1, …)``; target without ``C`` for class indices of any
    integer dtype, or the input's for probabilities; ``sample_weight`` as the losses; the losses
    without ``C``.

    Raises
    ------
    LossaryError
        For a class index out of range, probabilities that do not sum to 1, shapes that do not fit.

    Examples
    --------
    >>> import torch
    >>> loss = CrossEntropyLoss(label_smoothing=0.1)
    >>> loss
    CrossEntropyLoss(label_smoothing=0.1)
    >>> loss(torch.tensor([[2.0, 0.0, 0.0]]), torch.tensor([0]))
    tensor(0.3729)

    References
    ----------
    Bridle, Probabilistic Interpretation of Feedforward Network Outputs, 1990

    """

    output = CLASSES
    y_int = True

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
        *,
        class_dim: int | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
        z_loss: float = 0.0,
        sum_tolerance: float | None = None,
        inplace: bool = False,
    ) -> None:
        super().__init__(
            weight=weight,
            ignore_index=ignore_index,
            reduction=chosen_reduction(reduction, size_average, reduce),
            label_smoothing=label_smoothing,
            class_dim=class_dim,
            temperature=temperature,
            softcap=softcap,
            z_loss=z_loss,
            sum_tolerance=sum_tolerance,
            inplace=inplace,
        )

    def forward(self, input: Tensor, target: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Return the loss."""
        return cross_entropy(input, target, sample_weight=sample_weight, **self._options())
