"""Linear heads as modules, which hold their projection."""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from lossary import validation
from lossary.formulas import catalogue
from lossary.formulas.record import Pointwise
from lossary.losses.input_checks import scaled
from lossary.torch.base_module import Loss
from lossary.torch.linear import linear_loss
from lossary.torch.linear_options import Options, output_names, require_count

__all__ = ["LinearCrossEntropyLoss", "LinearLoss"]


class _Head(Loss):
    """A projection and the loss of its logits."""

    hidden: int
    loss: str
    weight: Tensor
    bias: Tensor | None

    def __init__(
        self,
        hidden: int,
        classes: int,
        *,
        bias: bool,
        device: Any,
        dtype: torch.dtype | None,
        **options: Any,
    ) -> None:
        require_count("hidden", hidden)
        require_count("classes", classes)
        super().__init__(hidden=hidden, classes=classes, **options)
        options = self._loss_options()
        del options["class_weight"]
        Options.of(**options).check()
        made = {"device": device, "dtype": dtype}
        with_bias = validation.flag("bias", bias)
        try:
            self.weight = nn.Parameter(torch.empty((classes, hidden), **made))
            self.bias = nn.Parameter(torch.empty(classes, **made)) if with_bias else None
            self.reset_parameters()
        except (NotImplementedError, OverflowError, RuntimeError, TypeError, ValueError) as error:
            message = (
                f"no projection of {hidden} hidden states to {classes} classes can be made with "
                f"device={device!r} and dtype={dtype!r}: {error}"
            )
            raise validation.LossaryError(message) from error

    def reset_parameters(self) -> None:
        """Draw the projection anew, as ``nn.Linear`` does."""
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.hidden)
            nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, hidden: Tensor, target: Tensor, sample_weight: Tensor | None = None) -> Any:
        """Return the loss; with ``outputs``, a tuple of the loss and the auxiliary outputs."""
        options = {**self._loss_options(), "sample_weight": sample_weight}
        return linear_loss(hidden, self.weight, target, self.bias, **options)

    def activation(self, x: Tensor) -> Tensor:
        """Return hidden states as probabilities of classes, or as the scores of a margin loss.

        Here all logits are there at once.
        """
        own = self._options()
        z = scaled(functional.linear(x, self.weight, self.bias), own["temperature"], own["softcap"])
        of_margins = isinstance(catalogue.get(self.loss), Pointwise)
        return z if of_margins else torch.softmax(z, -1)

    def decodes(self, x: Tensor) -> Tensor:
        """Return as classes what ``activation`` returned."""
        return x.argmax(-1)

    def _loss_options(self) -> dict[str, Any]:
        own = {name: x for name, x in self._options().items() if name not in ("hidden", "classes")}
        return {**own, "loss": self.loss}

    def extra_repr(self) -> str:
        """Return the options that differ from their defaults."""
        return super().extra_repr() + ("" if self.bias is None else ", bias=True")


class LinearCrossEntropyLoss(_Head):
    """Projection to many classes and its cross-entropy, in nats, without all logits at once.

    ``-Σ_c t_c log softmax(W h + b)_c``: :class:`CrossEntropyLoss` of the projection that the module
    holds, initialised as that of ``nn.Linear``; its state is ``weight``, and ``bias`` if there is
    one. To share an embedding's, assign it: ``loss.weight = embedding.weight``.

    Parameters
    ----------
    hidden, classes
        How many hidden states are projected to how many classes.
    bias
        Whether a number is added to each class's logit.
    reduction, class_weight, ignore_index, label_smoothing
        As in :class:`CrossEntropyLoss`, where class_weight is called weight.
    temperature, softcap, z_loss, sum_tolerance
        As in :class:`CrossEntropyLoss`.
    outputs, chunk
        As in :func:`linear_loss`: the auxiliary outputs, the number of rows multiplied at a time.
    device, dtype
        Where the projection lies, and of what dtype it is.

    Shapes
    ------
    hidden ``(…, H)``; target, ``sample_weight`` and losses ``(…)``; target ``(…, C)`` for
    distributions.

    Raises
    ------
    LossaryError
        For a class index out of range, probabilities that do not sum to 1, shapes that do not fit.

    Examples
    --------
    >>> import torch
    >>> from lossary.torch import LinearCrossEntropyLoss
    >>> loss = LinearCrossEntropyLoss(hidden=768, classes=50_257, z_loss=1e-4)
    >>> loss
    LinearCrossEntropyLoss(hidden=768, classes=50257, z_loss=0.0001)
    >>> loss.weight.shape
    torch.Size([50257, 768])
    >>> tokens = torch.zeros(2, 5, 768)
    >>> loss(tokens, torch.zeros(2, 5, dtype=torch.int64))
    tensor(10.8366, grad_fn=<...>)

    References
    ----------
    Hsu et al., Liger Kernel: Efficient Triton Kernels for LLM Training, 2024; Wijmans et al., Cut
    Your Losses in Large-Vocabulary Language Models, 2024

    """

    loss = "softmax_cross_entropy"

    def __init__(
        self,
        hidden: int,
        classes: int,
        bias: bool = False,
        *,
        reduction: str = "mean",
        class_weight: Tensor | None = None,
        ignore_index: int | None = -100,
        label_smoothing: float = 0.0,
        temperature: float = 1.0,
        softcap: float | None = None,
        z_loss: float = 0.0,
        sum_tolerance: float | None = None,
        outputs: Sequence[str] = (),
        chunk: int | None = None,
        device: Any = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(
            hidden,
            classes,
            bias=bias,
            device=device,
            dtype=dtype,
            reduction=reduction,
            class_weight=class_weight,
            ignore_index=ignore_index,
            label_smoothing=label_smoothing,
            temperature=temperature,
            softcap=softcap,
            z_loss=z_loss,
            sum_tolerance=sum_tolerance,
            outputs=output_names(outputs),
            chunk=chunk,
        )


class LinearLoss(_Head):
    """Projection to many classes and any loss of its logits, without all of them at once.

    ``L(W h + b, t)``: a loss of rows of logits by its name, such as softmax_focal, kl, js or
    softmax_squared_error, or a margin loss of several classes, such as hinge.

    Parameters
    ----------
    hidden, classes
        How many hidden states are projected to how many classes.
    loss
        The name of a loss, as in :func:`linear_loss`.
    bias
        Whether a number is added to each class's logit.
    reduction, class_weight, ignore_index, label_smoothing
        As in :func:`linear_loss`.
    temperature, softcap, z_loss, sum_tolerance
        As in :func:`linear_loss`.
    outputs, chunk
        As in :func:`linear_loss`: the auxiliary outputs, the number of rows multiplied at a time.
    device, dtype
        Where the projection lies, and of what dtype it is.
    **parameters
        The loss's own, such as ``gamma=2``; for a margin loss also ``variant``.

    Shapes
    ------
    hidden ``(…, H)``; target, ``sample_weight`` and losses ``(…)``; target ``(…, C)`` for
    distributions.

    Raises
    ------
    LossaryError
        For an unknown loss or parameter, a class index out of range, shapes that do not fit.

    Examples
    --------
    >>> import torch
    >>> from lossary.torch import LinearLoss
    >>> loss = LinearLoss(hidden=64, classes=1000, loss="softmax_focal", gamma=2)
    >>> loss
    LinearLoss(hidden=64, classes=1000, loss='softmax_focal', gamma=2)
    >>> loss(torch.zeros(8, 64), torch.arange(8))
    tensor(6.8939, grad_fn=<...>)

    References
    ----------
    Hsu et al., Liger Kernel: Efficient Triton Kernels for LLM Training, 2024; Wijmans et al., Cut
    Your Losses in Large-Vocabulary Language Models, 2024

    """

    def __init__(
        self,
        hidden: int,
        classes: int,
        loss: str = "softmax_cross_entropy",
        *,
        bias: bool = False,
        reduction: str = "mean",
        class_weight: Tensor | None = None,
        ignore_index: int | None = -100,
        label_smoothing: float = 0.0,
        temperature: float = 1.0,
        softcap: float | None = None,
        z_loss: float = 0.0,
        sum_tolerance: float | None = None,
        outputs: Sequence[str] = (),
        chunk: int | None = None,
        device: Any = None,
        dtype: torch.dtype | None = None,
        **parameters: Any,
    ) -> None:
        super().__init__(
            hidden,
            classes,
            bias=bias,
            device=device,
            dtype=dtype,
            loss=loss,
            reduction=reduction,
            class_weight=class_weight,
            ignore_index=ignore_index,
            label_smoothing=label_smoothing,
            temperature=temperature,
            softcap=softcap,
            z_loss=z_loss,
            sum_tolerance=sum_tolerance,
            outputs=output_names(outputs),
            chunk=chunk,
            **parameters,
        )
