"""Linear heads as modules, which hold their projection."""

import inspect
import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from lossary import validation
from lossary.formulas import catalogue
from lossary.formulas.record import Pointwise
from lossary.losses.input_checks import scaled
from lossary.torch.arguments import bind, shown_as
from lossary.torch.base_module import LossModule
from lossary.torch.docstrings import paragraph, parameter_list
from lossary.torch.linear import linear_loss
from lossary.torch.linear_options import HeadOptions, output_names, require_count

__all__ = ["LinearCrossEntropyLoss", "LinearLoss"]


class _Head(LossModule):
    """A projection and the loss of its logits."""

    hidden: int
    loss: str = "softmax_cross_entropy"
    weight: Tensor
    bias: Tensor | None

    def __init__(
        self,
        hidden: int,
        classes: int,
        *,
        bias: bool = False,
        device: Any = None,
        dtype: torch.dtype | None = None,
        **options: Any,
    ) -> None:
        options["outputs"] = output_names(options["outputs"])
        require_count("hidden", hidden)
        require_count("classes", classes)
        super().__init__(hidden=hidden, classes=classes, **options)
        options = self._loss_options()
        del options["class_weight"]
        HeadOptions.of(**options).check()
        where = {"device": device, "dtype": dtype}
        with_bias = validation.flag("bias", bias)
        try:
            self.weight = nn.Parameter(torch.empty((classes, hidden), **where))
            self.bias = nn.Parameter(torch.empty(classes, **where)) if with_bias else None
            self.reset_parameters()
        except (NotImplementedError, OverflowError, RuntimeError, TypeError, ValueError) as error:
            message = (
                f"cannot create a projection of {hidden} hidden states to {classes} classes with "
                f"device={device!r} and dtype={dtype!r}: {error}"
            )
            raise validation.LossaryError(message) from error

    def reset_parameters(self) -> None:
        """Initialise the projection as ``nn.Linear`` does."""
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

        All logits are in memory at once.
        """
        own = self._options()
        z = scaled(functional.linear(x, self.weight, self.bias), own["temperature"], own["softcap"])
        of_margins = isinstance(catalogue.get(self.loss), Pointwise)
        return z if of_margins else torch.softmax(z, -1)

    def decodes(self, x: Tensor) -> Tensor:
        """Return the classes predicted by the result of ``activation``."""
        return x.argmax(-1)

    def _loss_options(self) -> dict[str, Any]:
        own = {name: x for name, x in self._options().items() if name not in ("hidden", "classes")}
        return {**own, "loss": self.loss}

    def extra_repr(self) -> str:
        """Return the options that differ from their defaults."""
        return super().extra_repr() + ("" if self.bias is None else ", bias=True")


def _signature(*, any_loss: bool) -> inspect.Signature:
    """Return the signature of a module: its projection, and the options of :func:`linear_loss`."""
    options = inspect.signature(linear_loss).parameters
    shared = [p for p in options.values() if p.kind is p.KEYWORD_ONLY]
    kind = inspect.Parameter
    by_position, by_name = kind.POSITIONAL_OR_KEYWORD, kind.KEYWORD_ONLY
    own = [kind(name, by_position, annotation=int) for name in ("hidden", "classes")]
    if any_loss:
        own.append(options["loss"].replace(kind=by_position))
    bias_kind = by_name if any_loss else by_position
    own.append(kind("bias", bias_kind, default=False, annotation=bool))
    own += [p for p in shared if p.name not in {"loss", "sample_weight"}]
    own.append(kind("device", by_name, default=None, annotation=Any))
    own.append(kind("dtype", by_name, default=None, annotation=torch.dtype | None))
    if any_loss:
        own.append(options["parameters"])
    return inspect.Signature(own)


def _module(name: str, summary: str, notes: str, example: str, *, any_loss: bool) -> type[_Head]:
    """Return a module of a linear head."""
    signature = _signature(any_loss=any_loss)

    def __init__(self: _Head, *positional: Any, **given: Any) -> None:  # noqa: N807
        bound = bind(name, signature, positional, given)
        parameters = bound.pop("parameters", {})
        _Head.__init__(self, **bound, **parameters)

    shown_as(name, signature, __init__)
    described = {
        "hidden": "The number of hidden states.",
        "classes": "The number of classes.",
        "bias": "Whether a number is added to the logit of each class.",
        "device": "The device of the projection.",
        "dtype": "The dtype of the projection.",
        "**parameters": "Parameters of the loss, as ``gamma=2``; ``variant`` of a margin loss.",
    }
    names = (str(p).partition(":")[0] for p in signature.parameters.values())
    texts = {n: described.get(n, "As in :func:`linear_loss`.") for n in names}
    namespace = {
        "__init__": __init__,
        "__module__": __name__,
        "__doc__": f"""{summary}

{paragraph(notes)}

Parameters
----------
{parameter_list(texts)}

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
>>> from lossary.torch import {name}
{example}

References
----------
Hsu et al., Liger Kernel: Efficient Triton Kernels for LLM Training, 2024; Wijmans et al., Cut
Your Losses in Large-Vocabulary Language Models, 2024
""",
    }
    return type(name, (_Head,), namespace)


LinearCrossEntropyLoss = _module(
    "LinearCrossEntropyLoss",
    "Projection to many classes and its cross-entropy, in nats, without all logits in memory.",
    "``-Σ_c t_c log softmax(W h + b)_c``: :class:`CrossEntropyLoss` of the projection that the "
    "module holds, initialised as that of ``nn.Linear``; its state is ``weight``, and ``bias`` if "
    "there is one. To share an embedding's, assign it: ``loss.weight = embedding.weight``.",
    """>>> loss = LinearCrossEntropyLoss(hidden=768, classes=50_257, z_loss=1e-4)
>>> loss
LinearCrossEntropyLoss(hidden=768, classes=50257, z_loss=0.0001)
>>> loss.weight.shape
torch.Size([50257, 768])
>>> tokens = torch.zeros(2, 5, 768)
>>> loss(tokens, torch.zeros(2, 5, dtype=torch.int64))
tensor(10.8366, grad_fn=<...>)""",
    any_loss=False,
)
LinearLoss = _module(
    "LinearLoss",
    "Projection to many classes and any loss of its logits, without all of them in memory.",
    "``L(W h + b, t)``: a loss of rows of logits by its name, such as softmax_focal, kl, js or "
    "softmax_squared_error, or a margin loss of several classes, such as hinge.",
    """>>> loss = LinearLoss(hidden=64, classes=1000, loss="softmax_focal", gamma=2)
>>> loss
LinearLoss(hidden=64, classes=1000, loss='softmax_focal', gamma=2)
>>> loss(torch.zeros(8, 64), torch.arange(8))
tensor(6.8939, grad_fn=<...>)""",
    any_loss=True,
)
