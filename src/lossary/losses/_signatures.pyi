"""Signatures of the losses, for editors and type checkers.

Generated from the records by ``make stubs``.
"""

from typing import Any, Literal, overload

from torch import Tensor

from lossary._array_types import (
    ArrayT,
    Float,
    FloatArray,
    Numbers,
    NumPyArray,
    NumPyInput,
    Reduction,
    Scalar,
)
from lossary.formulas.record import Pointwise

class _AbsoluteError:
    """Absolute residual; the constant that minimises it is the median."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...

absolute_error: _AbsoluteError

class _BinaryCrossEntropy:
    """Negative log-likelihood of a binary label under a given probability."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
        class_weight: Scalar | None = None,
        ignore_index: Scalar | None = None,
        label_smoothing: Scalar = 0.0,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        label_smoothing: Scalar | NumPyArray = 0.0,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        label_smoothing: Scalar | NumPyArray = 0.0,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
        class_weight: Tensor | Numbers | None = None,
        ignore_index: Scalar | Tensor | None = None,
        label_smoothing: Scalar | Tensor = 0.0,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
        class_weight: ArrayT | NumPyInput | None = None,
        ignore_index: Scalar | ArrayT | None = None,
        label_smoothing: Scalar | ArrayT = 0.0,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...

binary_cross_entropy: _BinaryCrossEntropy

class _Exponential:
    """Exponential loss, minimised by AdaBoost; outliers have exponential weight."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
        class_weight: Scalar | None = None,
        ignore_index: Scalar | None = None,
        temperature: Scalar = 1.0,
        softcap: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
        class_weight: Tensor | Numbers | None = None,
        ignore_index: Scalar | Tensor | None = None,
        temperature: Scalar | Tensor = 1.0,
        softcap: Scalar | Tensor | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
        class_weight: ArrayT | NumPyInput | None = None,
        ignore_index: Scalar | ArrayT | None = None,
        temperature: Scalar | ArrayT = 1.0,
        softcap: Scalar | ArrayT | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...

exponential: _Exponential

@overload
def generalized_cross_entropy(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    q: float = 0.7,
    axis: int = -1,
    reduction: Literal["none"],
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> FloatArray:
    """Between cross-entropy (q near 0) and absolute error (q = 1): robust to wrong labels."""

@overload
def generalized_cross_entropy(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    q: float = 0.7,
    axis: int = -1,
    reduction: Literal["mean", "sum"] = "mean",
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> Float: ...
@overload
def generalized_cross_entropy(
    logits: Tensor,
    target: Tensor | Numbers,
    *,
    q: float = 0.7,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: Tensor | Numbers | None = None,
    class_weight: Tensor | Numbers | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | Tensor = 0.0,
    temperature: Scalar | Tensor = 1.0,
    softcap: Scalar | Tensor | None = None,
    z_loss: Scalar | Tensor = 0.0,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def generalized_cross_entropy(
    logits: ArrayT,
    target: ArrayT | NumPyInput,
    *,
    q: float = 0.7,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: ArrayT | NumPyInput | None = None,
    class_weight: ArrayT | NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | ArrayT = 0.0,
    temperature: Scalar | ArrayT = 1.0,
    softcap: Scalar | ArrayT | None = None,
    z_loss: Scalar | ArrayT = 0.0,
    sum_tolerance: float | None = None,
) -> ArrayT: ...

class _Hinge:
    """Amount by which a score falls short of the margin; 0 beyond the margin."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        margin: Scalar = 1.0,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
        class_weight: Scalar | None = None,
        ignore_index: Scalar | None = None,
        temperature: Scalar = 1.0,
        softcap: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        margin: NumPyInput = 1.0,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        margin: NumPyInput = 1.0,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        margin: Tensor | Numbers = 1.0,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
        class_weight: Tensor | Numbers | None = None,
        ignore_index: Scalar | Tensor | None = None,
        temperature: Scalar | Tensor = 1.0,
        softcap: Scalar | Tensor | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        margin: ArrayT | NumPyInput = 1.0,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
        class_weight: ArrayT | NumPyInput | None = None,
        ignore_index: Scalar | ArrayT | None = None,
        temperature: Scalar | ArrayT = 1.0,
        softcap: Scalar | ArrayT | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
        *,
        margin: Scalar = 1.0,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        margin: NumPyInput = 1.0,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        margin: Tensor | Numbers = 1.0,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        margin: ArrayT | NumPyInput = 1.0,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
        *,
        margin: Scalar = 1.0,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        margin: NumPyInput = 1.0,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        margin: Tensor | Numbers = 1.0,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        margin: ArrayT | NumPyInput = 1.0,
    ) -> ArrayT: ...

hinge: _Hinge

class _Huber:
    """Squared for small residuals, linear for large ones: the pull of an outlier is bounded."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        delta: Scalar = 1.0,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        delta: NumPyInput = 1.0,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        delta: NumPyInput = 1.0,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        delta: Tensor | Numbers = 1.0,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        delta: ArrayT | NumPyInput = 1.0,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
        *,
        delta: Scalar = 1.0,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        delta: NumPyInput = 1.0,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        delta: Tensor | Numbers = 1.0,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        delta: ArrayT | NumPyInput = 1.0,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
        *,
        delta: Scalar = 1.0,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        delta: NumPyInput = 1.0,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        delta: Tensor | Numbers = 1.0,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        delta: ArrayT | NumPyInput = 1.0,
    ) -> ArrayT: ...

huber: _Huber

@overload
def js(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    axis: int = -1,
    reduction: Literal["none"],
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> FloatArray:
    """Jensen-Shannon divergence of softmax and target: bounded, so robust to wrong labels."""

@overload
def js(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    axis: int = -1,
    reduction: Literal["mean", "sum"] = "mean",
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> Float: ...
@overload
def js(
    logits: Tensor,
    target: Tensor | Numbers,
    *,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: Tensor | Numbers | None = None,
    class_weight: Tensor | Numbers | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | Tensor = 0.0,
    temperature: Scalar | Tensor = 1.0,
    softcap: Scalar | Tensor | None = None,
    z_loss: Scalar | Tensor = 0.0,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def js(
    logits: ArrayT,
    target: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: ArrayT | NumPyInput | None = None,
    class_weight: ArrayT | NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | ArrayT = 0.0,
    temperature: Scalar | ArrayT = 1.0,
    softcap: Scalar | ArrayT | None = None,
    z_loss: Scalar | ArrayT = 0.0,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def kl(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    axis: int = -1,
    reduction: Literal["none"],
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> FloatArray:
    """KL divergence from target to softmax: cross-entropy minus the entropy of the target."""

@overload
def kl(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    axis: int = -1,
    reduction: Literal["mean", "sum"] = "mean",
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> Float: ...
@overload
def kl(
    logits: Tensor,
    target: Tensor | Numbers,
    *,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: Tensor | Numbers | None = None,
    class_weight: Tensor | Numbers | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | Tensor = 0.0,
    temperature: Scalar | Tensor = 1.0,
    softcap: Scalar | Tensor | None = None,
    z_loss: Scalar | Tensor = 0.0,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def kl(
    logits: ArrayT,
    target: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: ArrayT | NumPyInput | None = None,
    class_weight: ArrayT | NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | ArrayT = 0.0,
    temperature: Scalar | ArrayT = 1.0,
    softcap: Scalar | ArrayT | None = None,
    z_loss: Scalar | ArrayT = 0.0,
    sum_tolerance: float | None = None,
) -> ArrayT: ...

class _LogCosh:
    """Log-cosh of the residual: quadratic at 0, linear far away, smooth everywhere."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...

log_cosh: _LogCosh

class _Logistic:
    """Cross-entropy of a sigmoid, for labels -1 and +1."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
        class_weight: Scalar | None = None,
        ignore_index: Scalar | None = None,
        temperature: Scalar = 1.0,
        softcap: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
        class_weight: Tensor | Numbers | None = None,
        ignore_index: Scalar | Tensor | None = None,
        temperature: Scalar | Tensor = 1.0,
        softcap: Scalar | Tensor | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
        class_weight: ArrayT | NumPyInput | None = None,
        ignore_index: Scalar | ArrayT | None = None,
        temperature: Scalar | ArrayT = 1.0,
        softcap: Scalar | ArrayT | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...

logistic: _Logistic

@overload
def margin_ranking(
    first: Scalar,
    second: Scalar,
    target: Scalar | None = None,
    *,
    loss: str = "hinge",
    reduction: Reduction = "mean",
    sample_weight: Scalar | None = None,
    **parameters: float,
) -> Float:
    """Margin ranking loss of pairs of scores."""

@overload
def margin_ranking(
    first: NumPyArray,
    second: NumPyInput,
    target: NumPyInput | None = None,
    *,
    loss: str = "hinge",
    reduction: Literal["none"],
    sample_weight: NumPyInput | None = None,
    **parameters: float,
) -> FloatArray: ...
@overload
def margin_ranking(
    first: NumPyArray,
    second: NumPyInput,
    target: NumPyInput | None = None,
    *,
    loss: str = "hinge",
    reduction: Literal["mean", "sum"] = "mean",
    sample_weight: NumPyInput | None = None,
    **parameters: float,
) -> Float: ...
@overload
def margin_ranking(
    first: Tensor,
    second: Tensor | Numbers,
    target: Tensor | Numbers | None = None,
    *,
    loss: str = "hinge",
    reduction: Reduction = "mean",
    sample_weight: Tensor | Numbers | None = None,
    **parameters: float,
) -> Tensor: ...
@overload
def margin_ranking(
    first: ArrayT,
    second: ArrayT | NumPyInput,
    target: ArrayT | NumPyInput | None = None,
    *,
    loss: str = "hinge",
    reduction: Reduction = "mean",
    sample_weight: ArrayT | NumPyInput | None = None,
    **parameters: float,
) -> ArrayT: ...

class _ModifiedHuber:
    """Squared hinge near the margin, linear far on the wrong side."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
        class_weight: Scalar | None = None,
        ignore_index: Scalar | None = None,
        temperature: Scalar = 1.0,
        softcap: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
        class_weight: Tensor | Numbers | None = None,
        ignore_index: Scalar | Tensor | None = None,
        temperature: Scalar | Tensor = 1.0,
        softcap: Scalar | Tensor | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
        class_weight: ArrayT | NumPyInput | None = None,
        ignore_index: Scalar | ArrayT | None = None,
        temperature: Scalar | ArrayT = 1.0,
        softcap: Scalar | ArrayT | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...

modified_huber: _ModifiedHuber

@overload
def multiclass_hinge(
    scores: NumPyArray,
    target: NumPyInput,
    **options: Any,
) -> Float | FloatArray:
    """Multi-class hinge loss: the amount by which the target's score falls short of the margin."""

@overload
def multiclass_hinge(
    scores: Tensor,
    target: Tensor | Numbers,
    **options: Any,
) -> Tensor: ...
@overload
def multiclass_hinge(
    scores: ArrayT,
    target: ArrayT | NumPyInput,
    **options: Any,
) -> ArrayT: ...
@overload
def multiclass_margin(
    scores: NumPyArray,
    target: NumPyInput,
    *,
    loss: str = "hinge",
    variant: Literal["crammer_singer", "weston_watkins"] = "crammer_singer",
    axis: int = -1,
    reduction: Literal["none"],
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    **parameters: float,
) -> FloatArray:
    """Multi-class margin loss, of the differences between the target's score and the others."""

@overload
def multiclass_margin(
    scores: NumPyArray,
    target: NumPyInput,
    *,
    loss: str = "hinge",
    variant: Literal["crammer_singer", "weston_watkins"] = "crammer_singer",
    axis: int = -1,
    reduction: Literal["mean", "sum"] = "mean",
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    **parameters: float,
) -> Float: ...
@overload
def multiclass_margin(
    scores: Tensor,
    target: Tensor | Numbers,
    *,
    loss: str = "hinge",
    variant: Literal["crammer_singer", "weston_watkins"] = "crammer_singer",
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: Tensor | Numbers | None = None,
    class_weight: Tensor | Numbers | None = None,
    ignore_index: int | None = None,
    **parameters: float,
) -> Tensor: ...
@overload
def multiclass_margin(
    scores: ArrayT,
    target: ArrayT | NumPyInput,
    *,
    loss: str = "hinge",
    variant: Literal["crammer_singer", "weston_watkins"] = "crammer_singer",
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: ArrayT | NumPyInput | None = None,
    class_weight: ArrayT | NumPyInput | None = None,
    ignore_index: int | None = None,
    **parameters: float,
) -> ArrayT: ...

class _Poisson:
    """Negative log-likelihood of a Poisson count with mean exp(s), without the constant."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...

poisson: _Poisson

class _Quantile:
    """Pinball loss; the constant that minimises it is the quantile of the level."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        level: Scalar = 0.5,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        level: NumPyInput = 0.5,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        level: NumPyInput = 0.5,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        level: Tensor | Numbers = 0.5,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        level: ArrayT | NumPyInput = 0.5,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
        *,
        level: Scalar = 0.5,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        level: NumPyInput = 0.5,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        level: Tensor | Numbers = 0.5,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        level: ArrayT | NumPyInput = 0.5,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
        *,
        level: Scalar = 0.5,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        level: NumPyInput = 0.5,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        level: Tensor | Numbers = 0.5,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        level: ArrayT | NumPyInput = 0.5,
    ) -> ArrayT: ...

quantile: _Quantile

@overload
def reverse_kl(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    axis: int = -1,
    reduction: Literal["none"],
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> FloatArray:
    """KL divergence from softmax to target: mode-seeking, infinite where the target is 0."""

@overload
def reverse_kl(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    axis: int = -1,
    reduction: Literal["mean", "sum"] = "mean",
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> Float: ...
@overload
def reverse_kl(
    logits: Tensor,
    target: Tensor | Numbers,
    *,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: Tensor | Numbers | None = None,
    class_weight: Tensor | Numbers | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | Tensor = 0.0,
    temperature: Scalar | Tensor = 1.0,
    softcap: Scalar | Tensor | None = None,
    z_loss: Scalar | Tensor = 0.0,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def reverse_kl(
    logits: ArrayT,
    target: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: ArrayT | NumPyInput | None = None,
    class_weight: ArrayT | NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | ArrayT = 0.0,
    temperature: Scalar | ArrayT = 1.0,
    softcap: Scalar | ArrayT | None = None,
    z_loss: Scalar | ArrayT = 0.0,
    sum_tolerance: float | None = None,
) -> ArrayT: ...

class _SigmoidCrossEntropy:
    """Cross-entropy of a binary label and a sigmoid, computed from the score."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        pos_weight: Scalar | None = None,
        positive: Scalar = 1.0,
        negative: Scalar = 1.0,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
        class_weight: Scalar | None = None,
        ignore_index: Scalar | None = None,
        label_smoothing: Scalar = 0.0,
        temperature: Scalar = 1.0,
        softcap: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        pos_weight: NumPyInput | None = None,
        positive: NumPyInput = 1.0,
        negative: NumPyInput = 1.0,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        label_smoothing: Scalar | NumPyArray = 0.0,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        pos_weight: NumPyInput | None = None,
        positive: NumPyInput = 1.0,
        negative: NumPyInput = 1.0,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        label_smoothing: Scalar | NumPyArray = 0.0,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        pos_weight: Tensor | Numbers | None = None,
        positive: Tensor | Numbers = 1.0,
        negative: Tensor | Numbers = 1.0,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
        class_weight: Tensor | Numbers | None = None,
        ignore_index: Scalar | Tensor | None = None,
        label_smoothing: Scalar | Tensor = 0.0,
        temperature: Scalar | Tensor = 1.0,
        softcap: Scalar | Tensor | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        pos_weight: ArrayT | NumPyInput | None = None,
        positive: ArrayT | NumPyInput = 1.0,
        negative: ArrayT | NumPyInput = 1.0,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
        class_weight: ArrayT | NumPyInput | None = None,
        ignore_index: Scalar | ArrayT | None = None,
        label_smoothing: Scalar | ArrayT = 0.0,
        temperature: Scalar | ArrayT = 1.0,
        softcap: Scalar | ArrayT | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
        *,
        pos_weight: Scalar | None = None,
        positive: Scalar = 1.0,
        negative: Scalar = 1.0,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        pos_weight: NumPyInput | None = None,
        positive: NumPyInput = 1.0,
        negative: NumPyInput = 1.0,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        pos_weight: Tensor | Numbers | None = None,
        positive: Tensor | Numbers = 1.0,
        negative: Tensor | Numbers = 1.0,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        pos_weight: ArrayT | NumPyInput | None = None,
        positive: ArrayT | NumPyInput = 1.0,
        negative: ArrayT | NumPyInput = 1.0,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
        *,
        pos_weight: Scalar | None = None,
        positive: Scalar = 1.0,
        negative: Scalar = 1.0,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        pos_weight: NumPyInput | None = None,
        positive: NumPyInput = 1.0,
        negative: NumPyInput = 1.0,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        pos_weight: Tensor | Numbers | None = None,
        positive: Tensor | Numbers = 1.0,
        negative: Tensor | Numbers = 1.0,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        pos_weight: ArrayT | NumPyInput | None = None,
        positive: ArrayT | NumPyInput = 1.0,
        negative: ArrayT | NumPyInput = 1.0,
    ) -> ArrayT: ...

sigmoid_cross_entropy: _SigmoidCrossEntropy

class _SigmoidFocal:
    """Sigmoid cross-entropy with a lower weight on well-classified samples."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        alpha: Scalar | None = None,
        gamma: Scalar = 2.0,
        positive: Scalar = 1.0,
        negative: Scalar = 1.0,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
        class_weight: Scalar | None = None,
        ignore_index: Scalar | None = None,
        label_smoothing: Scalar = 0.0,
        temperature: Scalar = 1.0,
        softcap: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        alpha: NumPyInput | None = None,
        gamma: NumPyInput = 2.0,
        positive: NumPyInput = 1.0,
        negative: NumPyInput = 1.0,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        label_smoothing: Scalar | NumPyArray = 0.0,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        alpha: NumPyInput | None = None,
        gamma: NumPyInput = 2.0,
        positive: NumPyInput = 1.0,
        negative: NumPyInput = 1.0,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        label_smoothing: Scalar | NumPyArray = 0.0,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        alpha: Tensor | Numbers | None = None,
        gamma: Tensor | Numbers = 2.0,
        positive: Tensor | Numbers = 1.0,
        negative: Tensor | Numbers = 1.0,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
        class_weight: Tensor | Numbers | None = None,
        ignore_index: Scalar | Tensor | None = None,
        label_smoothing: Scalar | Tensor = 0.0,
        temperature: Scalar | Tensor = 1.0,
        softcap: Scalar | Tensor | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        alpha: ArrayT | NumPyInput | None = None,
        gamma: ArrayT | NumPyInput = 2.0,
        positive: ArrayT | NumPyInput = 1.0,
        negative: ArrayT | NumPyInput = 1.0,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
        class_weight: ArrayT | NumPyInput | None = None,
        ignore_index: Scalar | ArrayT | None = None,
        label_smoothing: Scalar | ArrayT = 0.0,
        temperature: Scalar | ArrayT = 1.0,
        softcap: Scalar | ArrayT | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
        *,
        alpha: Scalar | None = None,
        gamma: Scalar = 2.0,
        positive: Scalar = 1.0,
        negative: Scalar = 1.0,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        alpha: NumPyInput | None = None,
        gamma: NumPyInput = 2.0,
        positive: NumPyInput = 1.0,
        negative: NumPyInput = 1.0,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        alpha: Tensor | Numbers | None = None,
        gamma: Tensor | Numbers = 2.0,
        positive: Tensor | Numbers = 1.0,
        negative: Tensor | Numbers = 1.0,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        alpha: ArrayT | NumPyInput | None = None,
        gamma: ArrayT | NumPyInput = 2.0,
        positive: ArrayT | NumPyInput = 1.0,
        negative: ArrayT | NumPyInput = 1.0,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
        *,
        alpha: Scalar | None = None,
        gamma: Scalar = 2.0,
        positive: Scalar = 1.0,
        negative: Scalar = 1.0,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        alpha: NumPyInput | None = None,
        gamma: NumPyInput = 2.0,
        positive: NumPyInput = 1.0,
        negative: NumPyInput = 1.0,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        alpha: Tensor | Numbers | None = None,
        gamma: Tensor | Numbers = 2.0,
        positive: Tensor | Numbers = 1.0,
        negative: Tensor | Numbers = 1.0,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        alpha: ArrayT | NumPyInput | None = None,
        gamma: ArrayT | NumPyInput = 2.0,
        positive: ArrayT | NumPyInput = 1.0,
        negative: ArrayT | NumPyInput = 1.0,
    ) -> ArrayT: ...

sigmoid_focal: _SigmoidFocal

class _SigmoidSquaredError:
    """Squared error of a sigmoid; its gradient vanishes where it is most wrong."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
        class_weight: Scalar | None = None,
        ignore_index: Scalar | None = None,
        label_smoothing: Scalar = 0.0,
        temperature: Scalar = 1.0,
        softcap: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        label_smoothing: Scalar | NumPyArray = 0.0,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        label_smoothing: Scalar | NumPyArray = 0.0,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
        class_weight: Tensor | Numbers | None = None,
        ignore_index: Scalar | Tensor | None = None,
        label_smoothing: Scalar | Tensor = 0.0,
        temperature: Scalar | Tensor = 1.0,
        softcap: Scalar | Tensor | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
        class_weight: ArrayT | NumPyInput | None = None,
        ignore_index: Scalar | ArrayT | None = None,
        label_smoothing: Scalar | ArrayT = 0.0,
        temperature: Scalar | ArrayT = 1.0,
        softcap: Scalar | ArrayT | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...

sigmoid_squared_error: _SigmoidSquaredError

@overload
def softmax_cross_entropy(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    axis: int = -1,
    reduction: Literal["none"],
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> FloatArray:
    """Cross-entropy of a target distribution and a softmax; its gradient is p - t."""

@overload
def softmax_cross_entropy(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    axis: int = -1,
    reduction: Literal["mean", "sum"] = "mean",
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> Float: ...
@overload
def softmax_cross_entropy(
    logits: Tensor,
    target: Tensor | Numbers,
    *,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: Tensor | Numbers | None = None,
    class_weight: Tensor | Numbers | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | Tensor = 0.0,
    temperature: Scalar | Tensor = 1.0,
    softcap: Scalar | Tensor | None = None,
    z_loss: Scalar | Tensor = 0.0,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def softmax_cross_entropy(
    logits: ArrayT,
    target: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: ArrayT | NumPyInput | None = None,
    class_weight: ArrayT | NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | ArrayT = 0.0,
    temperature: Scalar | ArrayT = 1.0,
    softcap: Scalar | ArrayT | None = None,
    z_loss: Scalar | ArrayT = 0.0,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def softmax_focal(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    gamma: float = 2.0,
    axis: int = -1,
    reduction: Literal["none"],
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> FloatArray:
    """Softmax cross-entropy with a lower weight on well-classified samples."""

@overload
def softmax_focal(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    gamma: float = 2.0,
    axis: int = -1,
    reduction: Literal["mean", "sum"] = "mean",
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> Float: ...
@overload
def softmax_focal(
    logits: Tensor,
    target: Tensor | Numbers,
    *,
    gamma: float = 2.0,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: Tensor | Numbers | None = None,
    class_weight: Tensor | Numbers | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | Tensor = 0.0,
    temperature: Scalar | Tensor = 1.0,
    softcap: Scalar | Tensor | None = None,
    z_loss: Scalar | Tensor = 0.0,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def softmax_focal(
    logits: ArrayT,
    target: ArrayT | NumPyInput,
    *,
    gamma: float = 2.0,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: ArrayT | NumPyInput | None = None,
    class_weight: ArrayT | NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | ArrayT = 0.0,
    temperature: Scalar | ArrayT = 1.0,
    softcap: Scalar | ArrayT | None = None,
    z_loss: Scalar | ArrayT = 0.0,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def softmax_squared_error(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    axis: int = -1,
    reduction: Literal["none"],
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> FloatArray:
    """Brier score of a softmax: the squared error summed over the classes."""

@overload
def softmax_squared_error(
    logits: NumPyArray,
    target: NumPyInput,
    *,
    axis: int = -1,
    reduction: Literal["mean", "sum"] = "mean",
    sample_weight: NumPyInput | None = None,
    class_weight: NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | NumPyArray = 0.0,
    temperature: Scalar | NumPyArray = 1.0,
    softcap: Scalar | NumPyArray | None = None,
    z_loss: Scalar | NumPyArray = 0.0,
    sum_tolerance: float | None = None,
) -> Float: ...
@overload
def softmax_squared_error(
    logits: Tensor,
    target: Tensor | Numbers,
    *,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: Tensor | Numbers | None = None,
    class_weight: Tensor | Numbers | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | Tensor = 0.0,
    temperature: Scalar | Tensor = 1.0,
    softcap: Scalar | Tensor | None = None,
    z_loss: Scalar | Tensor = 0.0,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def softmax_squared_error(
    logits: ArrayT,
    target: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    reduction: Reduction = "mean",
    sample_weight: ArrayT | NumPyInput | None = None,
    class_weight: ArrayT | NumPyInput | None = None,
    ignore_index: int | None = None,
    label_smoothing: Scalar | ArrayT = 0.0,
    temperature: Scalar | ArrayT = 1.0,
    softcap: Scalar | ArrayT | None = None,
    z_loss: Scalar | ArrayT = 0.0,
    sum_tolerance: float | None = None,
) -> ArrayT: ...

class _SquaredError:
    """Squared residual; the constant that minimises it is the mean."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
    ) -> ArrayT: ...

squared_error: _SquaredError

class _SquaredHinge:
    """Squared hinge loss: smooth, with a larger penalty far inside the margin."""

    record: Pointwise
    @overload
    def __call__(
        self,
        score: Scalar,
        target: Scalar,
        *,
        margin: Scalar = 1.0,
        reduction: Reduction = "mean",
        sample_weight: Scalar | None = None,
        class_weight: Scalar | None = None,
        ignore_index: Scalar | None = None,
        temperature: Scalar = 1.0,
        softcap: Scalar | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        margin: NumPyInput = 1.0,
        reduction: Literal["none"],
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        margin: NumPyInput = 1.0,
        reduction: Literal["mean", "sum"] = "mean",
        sample_weight: NumPyInput | None = None,
        class_weight: NumPyInput | None = None,
        ignore_index: Scalar | NumPyArray | None = None,
        temperature: Scalar | NumPyArray = 1.0,
        softcap: Scalar | NumPyArray | None = None,
    ) -> Float: ...
    @overload
    def __call__(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        margin: Tensor | Numbers = 1.0,
        reduction: Reduction = "mean",
        sample_weight: Tensor | Numbers | None = None,
        class_weight: Tensor | Numbers | None = None,
        ignore_index: Scalar | Tensor | None = None,
        temperature: Scalar | Tensor = 1.0,
        softcap: Scalar | Tensor | None = None,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        margin: ArrayT | NumPyInput = 1.0,
        reduction: Reduction = "mean",
        sample_weight: ArrayT | NumPyInput | None = None,
        class_weight: ArrayT | NumPyInput | None = None,
        ignore_index: Scalar | ArrayT | None = None,
        temperature: Scalar | ArrayT = 1.0,
        softcap: Scalar | ArrayT | None = None,
    ) -> ArrayT: ...
    @overload
    def gradient(
        self,
        score: Scalar,
        target: Scalar,
        *,
        margin: Scalar = 1.0,
    ) -> Float: ...
    @overload
    def gradient(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        margin: NumPyInput = 1.0,
    ) -> FloatArray: ...
    @overload
    def gradient(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        margin: Tensor | Numbers = 1.0,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        margin: ArrayT | NumPyInput = 1.0,
    ) -> ArrayT: ...
    @overload
    def hessian(
        self,
        score: Scalar,
        target: Scalar,
        *,
        margin: Scalar = 1.0,
    ) -> Float: ...
    @overload
    def hessian(
        self,
        score: NumPyArray,
        target: NumPyInput,
        *,
        margin: NumPyInput = 1.0,
    ) -> FloatArray: ...
    @overload
    def hessian(
        self,
        score: Tensor,
        target: Tensor | Numbers,
        *,
        margin: Tensor | Numbers = 1.0,
    ) -> Tensor: ...
    @overload
    def hessian(
        self,
        score: ArrayT,
        target: ArrayT | NumPyInput,
        *,
        margin: ArrayT | NumPyInput = 1.0,
    ) -> ArrayT: ...

squared_hinge: _SquaredHinge
