"""Signatures of the PyTorch modules, for editors and type checkers.

Generated from the records by ``make stubs``.
"""

from typing import Literal

from torch import Tensor, nn

from lossary.torch.generated_module import RecordLoss

class AbsoluteErrorLoss(RecordLoss, nn.L1Loss):
    """Absolute residual; the constant that minimises it is the median."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class BCELoss(RecordLoss, nn.BCELoss):
    """Negative log-likelihood of a binary label under a given probability."""

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: Literal["mean", "sum", "none"] = "mean",
        *,
        ignore_index: float | None = None,
        label_smoothing: float = 0.0,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class BCEWithLogitsLoss(RecordLoss, nn.BCEWithLogitsLoss):
    """Cross-entropy of a binary label and a sigmoid, computed from the score."""

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: Literal["mean", "sum", "none"] = "mean",
        pos_weight: Tensor | None = None,
        *,
        ignore_index: float | None = None,
        label_smoothing: float = 0.0,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class BinaryCrossEntropyLoss(RecordLoss, nn.BCELoss):
    """Negative log-likelihood of a binary label under a given probability."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        class_weight: Tensor | None = None,
        ignore_index: float | None = None,
        label_smoothing: float = 0.0,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class BrierLoss(RecordLoss):
    """Brier score of a softmax: the squared error summed over the classes."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        weight: Tensor | None = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        class_dim: int | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
        z_loss: float = 0.0,
        sum_tolerance: float | None = None,
        inplace: bool = False,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class CrossEntropyLoss(RecordLoss, nn.CrossEntropyLoss):
    """Cross-entropy of a target distribution and a softmax; its gradient is p - t."""

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: Literal["mean", "sum", "none"] = "mean",
        label_smoothing: float = 0.0,
        *,
        class_dim: int | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
        z_loss: float = 0.0,
        sum_tolerance: float | None = None,
        inplace: bool = False,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class ExponentialLoss(RecordLoss):
    """Exponential loss, minimised by AdaBoost; outliers have exponential weight."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        class_weight: Tensor | None = None,
        ignore_index: float | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class FocalLoss(RecordLoss):
    """Softmax cross-entropy with a lower weight on well-classified samples."""

    def __init__(
        self,
        gamma: float | Tensor = 2.0,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        weight: Tensor | None = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        class_dim: int | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
        z_loss: float = 0.0,
        sum_tolerance: float | None = None,
        inplace: bool = False,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class GeneralizedCrossEntropyLoss(RecordLoss):
    """Between cross-entropy (q near 0) and absolute error (q = 1): robust to wrong labels."""

    def __init__(
        self,
        q: float | Tensor = 0.7,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        weight: Tensor | None = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        class_dim: int | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
        z_loss: float = 0.0,
        sum_tolerance: float | None = None,
        inplace: bool = False,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class HingeLoss(RecordLoss):
    """Amount by which a score falls short of the margin; 0 beyond the margin."""

    def __init__(
        self,
        margin: float | Tensor = 1.0,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        class_weight: Tensor | None = None,
        ignore_index: float | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class HuberLoss(RecordLoss, nn.HuberLoss):
    """Squared for small residuals, linear for large ones: the pull of an outlier is bounded."""

    def __init__(
        self,
        reduction: Literal["mean", "sum", "none"] = "mean",
        delta: float | Tensor = 1.0,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class JSDivLoss(RecordLoss):
    """Jensen-Shannon divergence of a target and given log-probabilities, in nats."""

    def __init__(
        self,
        reduction: Literal["mean", "batchmean", "sum", "none"] = "mean",
        log_target: bool = False,
        *,
        class_dim: int | None = None,
        sum_tolerance: float | None = None,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class JsLoss(RecordLoss):
    """Jensen-Shannon divergence of softmax and target: bounded, so robust to wrong labels."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        weight: Tensor | None = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        class_dim: int | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
        z_loss: float = 0.0,
        sum_tolerance: float | None = None,
        inplace: bool = False,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class KLDivLoss(RecordLoss, nn.KLDivLoss):
    """Kullback-Leibler divergence of given log-probabilities from a target, in nats."""

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: Literal["mean", "batchmean", "sum", "none"] = "mean",
        log_target: bool = False,
        *,
        class_dim: int | None = None,
        sum_tolerance: float | None = None,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class KlLoss(RecordLoss):
    """KL divergence from target to softmax: cross-entropy minus the entropy of the target."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        weight: Tensor | None = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        class_dim: int | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
        z_loss: float = 0.0,
        sum_tolerance: float | None = None,
        inplace: bool = False,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class L1Loss(RecordLoss, nn.L1Loss):
    """Absolute residual; the constant that minimises it is the median."""

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: Literal["mean", "sum", "none"] = "mean",
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class LogCoshLoss(RecordLoss):
    """Log-cosh of the residual: quadratic at 0, linear far away, smooth everywhere."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class LogisticLoss(RecordLoss, nn.SoftMarginLoss):
    """Cross-entropy of a sigmoid, for labels -1 and +1."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        class_weight: Tensor | None = None,
        ignore_index: float | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class MSELoss(RecordLoss, nn.MSELoss):
    """Squared residual; the constant that minimises it is the mean."""

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: Literal["mean", "sum", "none"] = "mean",
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class MarginRankingLoss(RecordLoss, nn.MarginRankingLoss):
    """Hinge loss of the difference of two scores, one of which should be higher."""

    def __init__(
        self,
        margin: float | Tensor = 0.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: Literal["mean", "sum", "none"] = "mean",
    ) -> None: ...
    def forward(  # type: ignore[override]
        self,
        input1: Tensor,
        input2: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input1: Tensor,
        input2: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class ModifiedHuberLoss(RecordLoss):
    """Squared hinge near the margin, linear far on the wrong side."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        class_weight: Tensor | None = None,
        ignore_index: float | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class MultiMarginLoss(RecordLoss, nn.MultiMarginLoss):
    """Multi-class hinge loss, averaged over the classes."""

    def __init__(
        self,
        p: Literal[1, 2] = 1,
        margin: float | Tensor = 1.0,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: Literal["mean", "sum", "none"] = "mean",
        *,
        ignore_index: int | None = None,
        class_dim: int | None = None,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class PoissonLoss(RecordLoss, nn.PoissonNLLLoss):
    """Negative log-likelihood of a Poisson count with mean exp(s), without the constant."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class PoissonNLLLoss(RecordLoss, nn.PoissonNLLLoss):
    """Negative log-likelihood of a Poisson count with mean exp(s), without the constant."""

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average: bool | None = None,
        eps: float = 1e-08,
        reduce: bool | None = None,
        reduction: Literal["mean", "sum", "none"] = "mean",
    ) -> None: ...
    def forward(
        self,
        log_input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        log_input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class QuantileLoss(RecordLoss):
    """Pinball loss; the constant that minimises it is the quantile of the level."""

    def __init__(
        self,
        level: float | Tensor = 0.5,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class ReverseKlLoss(RecordLoss):
    """KL divergence from softmax to target: mode-seeking, infinite where the target is 0."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        weight: Tensor | None = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        class_dim: int | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
        z_loss: float = 0.0,
        sum_tolerance: float | None = None,
        inplace: bool = False,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class SigmoidCrossEntropyLoss(RecordLoss, nn.BCEWithLogitsLoss):
    """Cross-entropy of a binary label and a sigmoid, computed from the score."""

    def __init__(
        self,
        positive: float | Tensor = 1.0,
        negative: float | Tensor = 1.0,
        pos_weight: float | Tensor | None = None,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        class_weight: Tensor | None = None,
        ignore_index: float | None = None,
        label_smoothing: float = 0.0,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class SigmoidFocalLoss(RecordLoss):
    """Sigmoid cross-entropy with a lower weight on well-classified samples."""

    def __init__(
        self,
        gamma: float | Tensor = 2.0,
        positive: float | Tensor = 1.0,
        negative: float | Tensor = 1.0,
        alpha: float | Tensor | None = None,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        class_weight: Tensor | None = None,
        ignore_index: float | None = None,
        label_smoothing: float = 0.0,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class SigmoidSquaredErrorLoss(RecordLoss):
    """Squared error of a sigmoid; its gradient vanishes where it is most wrong."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        class_weight: Tensor | None = None,
        ignore_index: float | None = None,
        label_smoothing: float = 0.0,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class SoftmaxCrossEntropyLoss(RecordLoss, nn.CrossEntropyLoss):
    """Cross-entropy of a target distribution and a softmax; its gradient is p - t."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        weight: Tensor | None = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        class_dim: int | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
        z_loss: float = 0.0,
        sum_tolerance: float | None = None,
        inplace: bool = False,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class SoftmaxFocalLoss(RecordLoss):
    """Softmax cross-entropy with a lower weight on well-classified samples."""

    def __init__(
        self,
        gamma: float | Tensor = 2.0,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        weight: Tensor | None = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        class_dim: int | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
        z_loss: float = 0.0,
        sum_tolerance: float | None = None,
        inplace: bool = False,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class SoftmaxSquaredErrorLoss(RecordLoss):
    """Brier score of a softmax: the squared error summed over the classes."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        weight: Tensor | None = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        class_dim: int | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
        z_loss: float = 0.0,
        sum_tolerance: float | None = None,
        inplace: bool = False,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class SquaredErrorLoss(RecordLoss, nn.MSELoss):
    """Squared residual; the constant that minimises it is the mean."""

    def __init__(
        self,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...

class SquaredHingeLoss(RecordLoss):
    """Squared hinge loss: smooth, with a larger penalty far inside the margin."""

    def __init__(
        self,
        margin: float | Tensor = 1.0,
        *,
        reduction: Literal["mean", "sum", "none"] = "mean",
        class_weight: Tensor | None = None,
        ignore_index: float | None = None,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> None: ...
    def forward(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
    def __call__(
        self,
        input: Tensor,
        target: Tensor,
        sample_weight: Tensor | None = None,
    ) -> Tensor: ...
