"""Linear heads: a projection to many classes and its loss, whose logits are never all there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from lossary.kernels import autograd, eager, plan
from lossary.kernels.products import computing_dtype
from lossary.torch.arguments import tensor
from lossary.torch.linear_operator import traced
from lossary.torch.linear_options import TOLD, Options, Tensors, checked, flattened, head, whole

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
    told: str | Sequence[str] = (),
    filter: float | None = None,
    chunk: int | None = None,
    **parameters: Any,
) -> Any:
    """Loss of the logits that a projection makes, which are never all held.

    ``L(hidden @ weight.T + bias, target)`` for a loss of rows of logits, or a margin loss of
    several classes. Some hundred rows are multiplied at a time; where a gradient is asked for, it
    is written over their logits and multiplied at once. Without a gradient not even these are
    whole. Sums over rows are in float32 at least.

    Parameters
    ----------
    hidden, weight, bias
        The hidden states, and the projection as in ``nn.Linear``: a row for each class.
    target
        Class indices, or for losses of logits a distribution for each row.
    loss
        The name of a loss: softmax_cross_entropy, softmax_focal, kl, js, softmax_squared_error …
        or of a margin loss: hinge, squared_hinge, logistic …
    reduction
        ``"mean"`` (divides by the sum of all weights), ``"sum"`` or ``"none"``.
    sample_weight, class_weight
        A weight for each row, and for each class; none negative.
    ignore_index
        Rows of that class index are not even multiplied; if all are ignored, the mean is 0.
    label_smoothing, temperature, softcap, z_loss
        The share of the target that is spread evenly over the classes; what logits are divided by;
        what they are bent into (±softcap); the weight of the squared log-sum-exp that is added.
    sum_tolerance
        How far from 1 the probabilities of a target may sum; unless given, what their dtype's
        rounding explains.
    told
        What else is returned, a name or several, without gradient: for each row ``"lse"``
        (log-sum-exp), ``"entropy"`` (of the softmax) and ``"prediction"`` (the class of the largest
        logit), and ``"accuracy"``, the share of right predictions. Rows that count for nothing have
        0, 0, -1.
    filter
        Takes as a whole what classes add to the gradient with a probability (exactly: a slope by
        their logit) below this bound: its sum over a row is right, and is spread over the classes
        as in all rows. ``2**-10`` takes six tenths of the time, and is 1 to 5 % off:
        ``benchmarks/results/linear_filter.md``. Nothing unless given.
    chunk
        How many rows are multiplied at a time; by their size unless given.
    **parameters
        The loss's own, such as ``gamma=2``; for a margin loss also ``variant``.

    Shapes
    ------
    hidden ``(…, H)``, weight ``(C, H)``, bias ``(C,)``; target, ``sample_weight`` and losses
    ``(…)``; target ``(…, C)`` for distributions; ``class_weight`` ``(C,)``.

    Returns
    -------
    The loss; if something is to be told, a tuple of the loss and that.

    Raises
    ------
    LossaryError
        For a class index out of range, probabilities that do not sum to 1, shapes that do not fit.

    Notes
    -----
    The gradient is kept from the forward pass; asked for again, it is computed again. A second
    derivative, ``torch.func``, forward mode and a derivative by the target or a weight of rows or
    classes take all logits at once.

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
    >>> linear_loss(hidden, weight, torch.tensor([2, 0]), told=["accuracy"], reduction="sum")
    (tensor(3.6206), tensor(0.))

    References
    ----------
    Hsu et al., Liger Kernel: Efficient Triton Kernels for LLM Training, 2024; Wijmans et al., Cut
    Your Losses in Large-Vocabulary Language Models, 2024

    """
    options = Options.of(
        loss=loss,
        reduction=reduction,
        ignore_index=ignore_index,
        label_smoothing=label_smoothing,
        temperature=temperature,
        softcap=softcap,
        z_loss=z_loss,
        sum_tolerance=sum_tolerance,
        told=told,
        filter=filter,
        chunk=chunk,
        **parameters,
    )
    given = Tensors(hidden, weight, bias, target, sample_weight, class_weight)
    given, dtype = _multiplied(given)
    given = checked(options, given)
    if given.dense:
        dtype = torch.promote_types(dtype, given.target.dtype)
    batch, rows = given.hidden.shape[:-1], flattened(given)
    value, known = _computed(options, rows, dtype)
    if reduction == "none":
        value = value.reshape(batch)
    return (value, *_named(options, rows, known, batch)) if told else value


def _multiplied(given: Tensors) -> tuple[Tensors, torch.dtype]:
    """Return the tensors in the dtype that autocast multiplies in, and the loss's own dtype.

    Without units for it, half precision is no faster than float32, and not taken.
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
    options: Options, given: Tensors, dtype: torch.dtype
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Return the loss, and what is told of the rows."""
    if _needs_all_logits(given):
        value, told = whole(options, given)
        return value.to(dtype), told
    if torch.compiler.is_compiling():
        return traced(options, given, dtype)
    made, inputs = head(options, given), given.all
    asked = torch.is_grad_enabled() and any(x is not None and x.requires_grad for x in inputs[:3])
    result = made.forward(inputs, dtype, slopes=asked)
    if not asked:
        return result.value, result.extras

    def plain(*inputs: Any) -> Tensor:
        with plan.plain():
            return whole(options, Tensors(*inputs))[0].to(dtype)

    return autograd.attached(made, plain, inputs, dtype, result), result.extras


def _needs_all_logits(given: Tensors) -> bool:
    """Tell whether all logits have to be there: for derivatives that no kernel has."""
    constants = (given.target, given.sample_weight, given.class_weight)
    if torch.is_grad_enabled() and any(x is not None and x.requires_grad for x in constants):
        return True
    if given.hidden.shape[0] == 0 or len(given.weight) == 0 or given.hidden.device.type == "meta":
        return True
    if torch.compiler.is_compiling():
        # The question that the compiler follows; it answers others with "no".
        transformed = torch._C._are_functorch_transforms_active()  # noqa: SLF001
        return bool(transformed) or torch.autograd.forward_ad._current_level >= 0  # noqa: SLF001
    return any(x is not None and eager.observed(x) is not None for x in given.all)


def _named(
    options: Options, rows: Tensors, told: tuple[Tensor, ...], batch: torch.Size
) -> Iterator[Tensor]:
    """Yield what is told under the names that it was asked by."""
    known = dict(zip(options.asked, told, strict=True))
    for name in options.told:
        of_rows = known[TOLD[name]]
        if name == "accuracy":
            label = rows.target.argmax(-1) if rows.dense else rows.target
            yield (of_rows == label).sum() / (of_rows >= 0).sum().clamp(min=1)
        else:
            yield of_rows.reshape(batch)
