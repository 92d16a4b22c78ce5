"""Linear heads: a projection to many classes and its loss, without all logits in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from lossary.kernels import eligibility, tensor_state
from lossary.kernels.torch import autograd
from lossary.kernels.torch.matrix_products import computing_dtype
from lossary.torch.arguments import tensor
from lossary.torch.linear_operator import traced
from lossary.torch.linear_options import (
    OUTPUTS,
    HeadOptions,
    Tensors,
    flattened,
    head,
    of_all_logits,
    validated,
)

__all__ = ["linear_loss"]


def linear_loss(
    hidden: Tensor,
    weight: Tensor,
    target: Tensor,
    bias: Tensor | None = None,
    *,
    loss: str = "softmax_cross_entropy",
    reduction: str = "mean",
    sample_weight: Tensor | None = None,
    class_weight: Tensor | None = None,
    ignore_index: int | None = -100,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    softcap: float | None = None,
    z_loss: float = 0.0,
    sum_tolerance: float | None = None,
    outputs: Sequence[str] = (),
    chunk: int | None = None,
    **parameters: Any,
) -> Any:
    """Loss of a linear projection to many classes, without all logits in memory.

    ``L(hidden @ weight.T + bias, target)`` for a loss of rows of logits, or a margin loss of
    several classes. Some hundred rows are multiplied at a time; the gradient, where one is needed,
    is written over their logits and multiplied at once. Without a gradient, logits are held for a
    block of classes only. Sums over rows are in float32 at least.

    Parameters
    ----------
    hidden, weight, bias
        The hidden states, and the projection as in ``nn.Linear``: one row per class.
    target
        Class indices, or for losses of logits one distribution per row.
    loss
        The name of a loss of logits (softmax_cross_entropy, softmax_focal, kl, js,
        softmax_squared_error …) or of a margin loss (hinge, squared_hinge, logistic …).
    reduction
        ``"mean"`` (divides by the sum of all weights), ``"sum"`` or ``"none"``.
    sample_weight, class_weight
        A weight for each row, and for each class; none negative.
    ignore_index
        Rows of this class index are left out; if all are, the mean is 0.
    label_smoothing, temperature, softcap, z_loss
        The share of the target that is spread evenly over the classes; the divisor of the logits;
        the bound that they are smoothly limited to (±softcap); the weight of the squared
        log-sum-exp that is added.
    sum_tolerance
        The largest allowed distance from 1 of the sum of a target's probabilities; by default
        the rounding error of their dtype.
    outputs
        Names of auxiliary outputs, returned after the loss, without gradient: per row ``"lse"``
        (log-sum-exp), ``"entropy"`` (of the softmax) and ``"prediction"`` (the class of the largest
        logit), and ``"accuracy"``, the share of right predictions. Rows that are ignored or have no
        weight get 0, 0 and -1.
    chunk
        The number of rows that are multiplied at a time; by default chosen by their size.
    **parameters
        Parameters of the loss, such as ``gamma=2``; for a margin loss also ``variant``.

    Shapes
    ------
    hidden ``(…, H)``, weight ``(C, H)``, bias ``(C,)``; target, ``sample_weight`` and losses
    ``(…)``; target ``(…, C)`` for distributions; ``class_weight`` ``(C,)``.

    Returns
    -------
    The loss; with ``outputs``, a tuple of the loss and the auxiliary outputs.

    Raises
    ------
    LossaryError
        For a class index out of range, probabilities that do not sum to 1, shapes that do not fit.

    Notes
    -----
    The gradient is computed with the value and kept for the backward pass; a further backward
    pass computes it again. A second derivative, ``torch.func``, forward mode and a derivative by
    the target or a weight of rows or classes hold all logits at once.

    Examples
    --------
    >>> import torch
    >>> from lossary.torch import linear_loss
    >>> hidden = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    >>> weight = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> linear_loss(hidden, weight, torch.tensor([0, 1]))
    tensor(0.8103)
    >>> linear_loss(hidden, weight, torch.tensor([0, 1]), loss="softmax_focal", gamma=2.0)
    tensor(0.2511)
    >>> linear_loss(hidden, weight, torch.tensor([2, 0]), outputs=("accuracy",), reduction="sum")
    (tensor(3.6206), tensor(0.))

    References
    ----------
    Hsu et al., Liger Kernel: Efficient Triton Kernels for LLM Training, 2024; Wijmans et al., Cut
    Your Losses in Large-Vocabulary Language Models, 2024

    """
    options = HeadOptions.of(
        loss=loss,
        reduction=reduction,
        ignore_index=ignore_index,
        label_smoothing=label_smoothing,
        temperature=temperature,
        softcap=softcap,
        z_loss=z_loss,
        sum_tolerance=sum_tolerance,
        outputs=outputs,
        chunk=chunk,
        **parameters,
    )
    given = Tensors(hidden, weight, bias, target, sample_weight, class_weight)
    given, dtype = _multiplied(given)
    given = validated(options, given)
    if given.dense:
        dtype = torch.promote_types(dtype, given.target.dtype)
    batch, rows = given.hidden.shape[:-1], flattened(given)
    value, extras = _computed(options, rows, dtype)
    if reduction == "none":
        value = value.reshape(batch)
    return (value, *_auxiliary(options, rows, extras, batch)) if outputs else value


def _multiplied(given: Tensors) -> tuple[Tensors, torch.dtype]:
    """Return the tensors in the dtype of their products, and the dtype of the loss.

    On a machine without units for half precision, autocast multiplies in float32, which is faster.
    """
    hidden = tensor("hidden", given.hidden)
    kind = hidden.device.type
    if kind == "meta" or not torch.is_autocast_enabled(kind) or hidden.dtype == torch.float64:
        return given, hidden.dtype
    low = hidden.new_empty(0, dtype=torch.get_autocast_dtype(kind))
    dtype = computing_dtype(low)
    bias = None if given.bias is None else given.bias.to(dtype)
    cast = replace(given, hidden=hidden.to(dtype), weight=given.weight.to(dtype), bias=bias)
    return cast, torch.float32


def _computed(
    options: HeadOptions, given: Tensors, dtype: torch.dtype
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Return the loss, and the auxiliary outputs of the rows."""
    if _needs_all_logits(given):
        value, extras = of_all_logits(options, given)
        return value.to(dtype), extras
    if torch.compiler.is_compiling():
        return traced(options, given, dtype)
    made, inputs = head(options, given), given.all
    slopes = torch.is_grad_enabled() and any(x is not None and x.requires_grad for x in inputs[:3])
    result = made.forward(inputs, dtype, slopes=slopes)
    if not slopes:
        return result.value, result.extras

    def plain(*inputs: Any) -> Tensor:
        with eligibility.plain():
            return of_all_logits(options, Tensors(*inputs))[0].to(dtype)

    return autograd.attached(made, plain, inputs, dtype, result), result.extras


def _needs_all_logits(given: Tensors) -> bool:
    """Return whether all logits are needed, for a derivative that no kernel computes."""
    constants = (given.target, given.sample_weight, given.class_weight)
    if torch.is_grad_enabled() and any(x is not None and x.requires_grad for x in constants):
        return True
    if given.hidden.shape[0] == 0 or len(given.weight) == 0 or given.hidden.device.type == "meta":
        return True
    if torch.compiler.is_compiling():
        # The compiler traces this function; others are False to it.
        transformed = torch._C._are_functorch_transforms_active()  # noqa: SLF001
        return bool(transformed) or torch.autograd.forward_ad._current_level >= 0  # noqa: SLF001
    return any(x is not None and tensor_state.observed(x) is not None for x in given.all)


def _auxiliary(
    options: HeadOptions, rows: Tensors, extras: tuple[Tensor, ...], batch: torch.Size
) -> Iterator[Tensor]:
    """Yield the auxiliary outputs in the order of their names."""
    by_name = dict(zip(options.kernel_outputs, extras, strict=True))
    for name in options.outputs:
        of_rows = by_name[OUTPUTS[name]]
        if name == "accuracy":
            label = rows.target.argmax(-1) if rows.dense else rows.target
            yield (of_rows == label).sum() / (of_rows >= 0).sum().clamp(min=1)
        else:
            yield of_rows.reshape(batch)
