"""Signatures of the measures, for editors and type checkers.

Generated from the records by ``make stubs``.
"""

from collections.abc import Callable
from typing import Any, Literal, overload

from torch import Tensor

from lossary._array_types import (
    ArrayT,
    Float,
    FloatArray,
    Numbers,
    NumPyArray,
    NumPyInput,
    Scalar,
)

@overload
def alpha_divergence(
    p: NumPyArray,
    q: NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The family with KL at 1, reverse KL at 0, Hellinger at 1/2 and χ² at 2."""

@overload
def alpha_divergence(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def alpha_divergence(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def alpha_divergence_from_counts(
    p: NumPyArray,
    q: NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """The family with KL at 1, reverse KL at 0, Hellinger at 1/2 and χ² at 2."""

@overload
def alpha_divergence_from_counts(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def alpha_divergence_from_counts(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def alpha_divergence_from_log_probabilities(
    log_p: NumPyArray,
    log_q: NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The family with KL at 1, reverse KL at 0, Hellinger at 1/2 and χ² at 2."""

@overload
def alpha_divergence_from_log_probabilities(
    log_p: Tensor,
    log_q: Tensor | Numbers,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def alpha_divergence_from_log_probabilities(
    log_p: ArrayT,
    log_q: ArrayT | NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def alpha_divergence_from_logits(
    p_logits: NumPyArray,
    q_logits: NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """The family with KL at 1, reverse KL at 0, Hellinger at 1/2 and χ² at 2."""

@overload
def alpha_divergence_from_logits(
    p_logits: Tensor,
    q_logits: Tensor | Numbers,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def alpha_divergence_from_logits(
    p_logits: ArrayT,
    q_logits: ArrayT | NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def chi_squared_divergence(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """Pearson's χ² of p against q, per sample."""

@overload
def chi_squared_divergence(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def chi_squared_divergence(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def chi_squared_divergence_from_counts(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
) -> Float | FloatArray:
    """Pearson's χ² of p against q, per sample."""

@overload
def chi_squared_divergence_from_counts(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
) -> Tensor: ...
@overload
def chi_squared_divergence_from_counts(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
) -> ArrayT: ...
@overload
def chi_squared_divergence_from_log_probabilities(
    log_p: NumPyArray,
    log_q: NumPyInput,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """Pearson's χ² of p against q, per sample."""

@overload
def chi_squared_divergence_from_log_probabilities(
    log_p: Tensor,
    log_q: Tensor | Numbers,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def chi_squared_divergence_from_log_probabilities(
    log_p: ArrayT,
    log_q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def chi_squared_divergence_from_logits(
    p_logits: NumPyArray,
    q_logits: NumPyInput,
    *,
    axis: int = -1,
) -> Float | FloatArray:
    """Pearson's χ² of p against q, per sample."""

@overload
def chi_squared_divergence_from_logits(
    p_logits: Tensor,
    q_logits: Tensor | Numbers,
    *,
    axis: int = -1,
) -> Tensor: ...
@overload
def chi_squared_divergence_from_logits(
    p_logits: ArrayT,
    q_logits: ArrayT | NumPyInput,
    *,
    axis: int = -1,
) -> ArrayT: ...
@overload
def conditional_entropy(
    joint: NumPyArray,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """What of y's surprise is left once x is known: H(Y|X) = H(X,Y) - H(X)."""

@overload
def conditional_entropy(
    joint: Tensor,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def conditional_entropy(
    joint: ArrayT,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def conditional_entropy_from_conditional(
    p: NumPyArray,
    conditional: NumPyInput,
    *,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """Entropy of y given x, from p(x) and p(y|x): H(Y|X) = Σ_x p(x) H(Y|X=x)."""

@overload
def conditional_entropy_from_conditional(
    p: Tensor,
    conditional: Tensor | Numbers,
    *,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def conditional_entropy_from_conditional(
    p: ArrayT,
    conditional: ArrayT | NumPyInput,
    *,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def conditional_entropy_from_counts(
    joint: NumPyArray,
    *,
    base: float | None = None,
) -> Float | FloatArray:
    """What of y's surprise is left once x is known: H(Y|X) = H(X,Y) - H(X)."""

@overload
def conditional_entropy_from_counts(
    joint: Tensor,
    *,
    base: float | None = None,
) -> Tensor: ...
@overload
def conditional_entropy_from_counts(
    joint: ArrayT,
    *,
    base: float | None = None,
) -> ArrayT: ...
@overload
def conditional_mutual_information(
    joint: NumPyArray,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """What x and y share beyond what z already tells."""

@overload
def conditional_mutual_information(
    joint: Tensor,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def conditional_mutual_information(
    joint: ArrayT,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def conditional_mutual_information_from_counts(
    joint: NumPyArray,
    *,
    base: float | None = None,
) -> Float | FloatArray:
    """What x and y share beyond what z already tells."""

@overload
def conditional_mutual_information_from_counts(
    joint: Tensor,
    *,
    base: float | None = None,
) -> Tensor: ...
@overload
def conditional_mutual_information_from_counts(
    joint: ArrayT,
    *,
    base: float | None = None,
) -> ArrayT: ...
@overload
def cross_entropy(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The surprise of who believes q, where p is true: H(p) + KL(p, q)."""

@overload
def cross_entropy(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def cross_entropy(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def cross_entropy_from_counts(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """The surprise of who believes q, where p is true: H(p) + KL(p, q)."""

@overload
def cross_entropy_from_counts(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def cross_entropy_from_counts(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def cross_entropy_from_log_probabilities(
    log_p: NumPyArray,
    log_q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The surprise of who believes q, where p is true: H(p) + KL(p, q)."""

@overload
def cross_entropy_from_log_probabilities(
    log_p: Tensor,
    log_q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def cross_entropy_from_log_probabilities(
    log_p: ArrayT,
    log_q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def cross_entropy_from_logits(
    p_logits: NumPyArray,
    q_logits: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """The surprise of who believes q, where p is true: H(p) + KL(p, q)."""

@overload
def cross_entropy_from_logits(
    p_logits: Tensor,
    q_logits: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def cross_entropy_from_logits(
    p_logits: ArrayT,
    q_logits: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def entropy(
    p: NumPyArray,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The mean surprise of a distribution."""

@overload
def entropy(
    p: Tensor,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def entropy(
    p: ArrayT,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def entropy_from_counts(
    p: NumPyArray,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """The mean surprise of a distribution."""

@overload
def entropy_from_counts(
    p: Tensor,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def entropy_from_counts(
    p: ArrayT,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def entropy_from_log_probabilities(
    log_p: NumPyArray,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The mean surprise of a distribution."""

@overload
def entropy_from_log_probabilities(
    log_p: Tensor,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def entropy_from_log_probabilities(
    log_p: ArrayT,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def entropy_from_logits(
    p_logits: NumPyArray,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """The mean surprise of a distribution."""

@overload
def entropy_from_logits(
    p_logits: Tensor,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def entropy_from_logits(
    p_logits: ArrayT,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def f_divergence(
    p: NumPyArray,
    q: NumPyInput,
    generator: str | Callable[[Any, Any], Any],
    *,
    at_infinity: float = ...,
    axis: int = -1,
    **options: Any,
) -> Float | FloatArray:
    """Divergence of a convex generator: Σ q f(p / q), with f(1) = 0."""

@overload
def f_divergence(
    p: Tensor,
    q: Tensor | Numbers,
    generator: str | Callable[[Any, Any], Any],
    *,
    at_infinity: float = ...,
    axis: int = -1,
    **options: Any,
) -> Tensor: ...
@overload
def f_divergence(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    generator: str | Callable[[Any, Any], Any],
    *,
    at_infinity: float = ...,
    axis: int = -1,
    **options: Any,
) -> ArrayT: ...
@overload
def gain_ratio(
    joint: NumPyArray,
    *,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """Information gain over the entropy of the split itself."""

@overload
def gain_ratio(
    joint: Tensor,
    *,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def gain_ratio(
    joint: ArrayT,
    *,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def gain_ratio_from_counts(
    joint: NumPyArray,
) -> Float | FloatArray:
    """Information gain over the entropy of the split itself."""

@overload
def gain_ratio_from_counts(
    joint: Tensor,
) -> Tensor: ...
@overload
def gain_ratio_from_counts(
    joint: ArrayT,
) -> ArrayT: ...
@overload
def hellinger_distance(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The square root of the Hellinger divergence, a metric within [0, 1]."""

@overload
def hellinger_distance(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def hellinger_distance(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def hellinger_distance_from_counts(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
) -> Float | FloatArray:
    """The square root of the Hellinger divergence, a metric within [0, 1]."""

@overload
def hellinger_distance_from_counts(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
) -> Tensor: ...
@overload
def hellinger_distance_from_counts(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
) -> ArrayT: ...
@overload
def hellinger_distance_from_log_probabilities(
    log_p: NumPyArray,
    log_q: NumPyInput,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The square root of the Hellinger divergence, a metric within [0, 1]."""

@overload
def hellinger_distance_from_log_probabilities(
    log_p: Tensor,
    log_q: Tensor | Numbers,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def hellinger_distance_from_log_probabilities(
    log_p: ArrayT,
    log_q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def hellinger_distance_from_logits(
    p_logits: NumPyArray,
    q_logits: NumPyInput,
    *,
    axis: int = -1,
) -> Float | FloatArray:
    """The square root of the Hellinger divergence, a metric within [0, 1]."""

@overload
def hellinger_distance_from_logits(
    p_logits: Tensor,
    q_logits: Tensor | Numbers,
    *,
    axis: int = -1,
) -> Tensor: ...
@overload
def hellinger_distance_from_logits(
    p_logits: ArrayT,
    q_logits: ArrayT | NumPyInput,
    *,
    axis: int = -1,
) -> ArrayT: ...
@overload
def hellinger_divergence(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """Half the squared distance of the square roots; within [0, 1]."""

@overload
def hellinger_divergence(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def hellinger_divergence(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def hellinger_divergence_from_counts(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
) -> Float | FloatArray:
    """Half the squared distance of the square roots; within [0, 1]."""

@overload
def hellinger_divergence_from_counts(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
) -> Tensor: ...
@overload
def hellinger_divergence_from_counts(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
) -> ArrayT: ...
@overload
def hellinger_divergence_from_log_probabilities(
    log_p: NumPyArray,
    log_q: NumPyInput,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """Half the squared distance of the square roots; within [0, 1]."""

@overload
def hellinger_divergence_from_log_probabilities(
    log_p: Tensor,
    log_q: Tensor | Numbers,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def hellinger_divergence_from_log_probabilities(
    log_p: ArrayT,
    log_q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def hellinger_divergence_from_logits(
    p_logits: NumPyArray,
    q_logits: NumPyInput,
    *,
    axis: int = -1,
) -> Float | FloatArray:
    """Half the squared distance of the square roots; within [0, 1]."""

@overload
def hellinger_divergence_from_logits(
    p_logits: Tensor,
    q_logits: Tensor | Numbers,
    *,
    axis: int = -1,
) -> Tensor: ...
@overload
def hellinger_divergence_from_logits(
    p_logits: ArrayT,
    q_logits: ArrayT | NumPyInput,
    *,
    axis: int = -1,
) -> ArrayT: ...
@overload
def information_gain(
    joint: NumPyArray,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """How much a split x lowers the entropy of the label y: H(Y) - H(Y|X)."""

@overload
def information_gain(
    joint: Tensor,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def information_gain(
    joint: ArrayT,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def information_gain_from_counts(
    joint: NumPyArray,
    *,
    base: float | None = None,
) -> Float | FloatArray:
    """How much a split x lowers the entropy of the label y: H(Y) - H(Y|X)."""

@overload
def information_gain_from_counts(
    joint: Tensor,
    *,
    base: float | None = None,
) -> Tensor: ...
@overload
def information_gain_from_counts(
    joint: ArrayT,
    *,
    base: float | None = None,
) -> ArrayT: ...
@overload
def jeffreys_divergence(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """KL both ways added up; on binned data, the population stability index."""

@overload
def jeffreys_divergence(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def jeffreys_divergence(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def jeffreys_divergence_from_counts(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """KL both ways added up; on binned data, the population stability index."""

@overload
def jeffreys_divergence_from_counts(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def jeffreys_divergence_from_counts(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def jeffreys_divergence_from_log_probabilities(
    log_p: NumPyArray,
    log_q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """KL both ways added up; on binned data, the population stability index."""

@overload
def jeffreys_divergence_from_log_probabilities(
    log_p: Tensor,
    log_q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def jeffreys_divergence_from_log_probabilities(
    log_p: ArrayT,
    log_q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def jeffreys_divergence_from_logits(
    p_logits: NumPyArray,
    q_logits: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """KL both ways added up; on binned data, the population stability index."""

@overload
def jeffreys_divergence_from_logits(
    p_logits: Tensor,
    q_logits: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def jeffreys_divergence_from_logits(
    p_logits: ArrayT,
    q_logits: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def joint_entropy(
    joint: NumPyArray,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float:
    """The mean surprise of several variables together."""

@overload
def joint_entropy(
    joint: Tensor,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def joint_entropy(
    joint: ArrayT,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def joint_entropy_from_counts(
    joint: NumPyArray,
    *,
    base: float | None = None,
) -> Float:
    """The mean surprise of several variables together."""

@overload
def joint_entropy_from_counts(
    joint: Tensor,
    *,
    base: float | None = None,
) -> Tensor: ...
@overload
def joint_entropy_from_counts(
    joint: ArrayT,
    *,
    base: float | None = None,
) -> ArrayT: ...
@overload
def js_distance(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The square root of the Jensen-Shannon divergence, a metric."""

@overload
def js_distance(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def js_distance(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def js_distance_from_counts(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """The square root of the Jensen-Shannon divergence, a metric."""

@overload
def js_distance_from_counts(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def js_distance_from_counts(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def js_distance_from_log_probabilities(
    log_p: NumPyArray,
    log_q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The square root of the Jensen-Shannon divergence, a metric."""

@overload
def js_distance_from_log_probabilities(
    log_p: Tensor,
    log_q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def js_distance_from_log_probabilities(
    log_p: ArrayT,
    log_q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def js_distance_from_logits(
    p_logits: NumPyArray,
    q_logits: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """The square root of the Jensen-Shannon divergence, a metric."""

@overload
def js_distance_from_logits(
    p_logits: Tensor,
    q_logits: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def js_distance_from_logits(
    p_logits: ArrayT,
    q_logits: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def js_divergence(
    p: NumPyArray,
    q: NumPyInput,
    *others: NumPyInput,
    weights: NumPyInput | None = None,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """Jensen-Shannon divergence of two distributions or more: H(Σ w p) - Σ w H(p)."""

@overload
def js_divergence(
    p: Tensor,
    q: Tensor | Numbers,
    *others: Tensor | Numbers,
    weights: Tensor | Numbers | None = None,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def js_divergence(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *others: ArrayT | NumPyInput,
    weights: ArrayT | NumPyInput | None = None,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def js_divergence_from_counts(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """How well one sample tells which of two distributions it came from; within [0, log 2]."""

@overload
def js_divergence_from_counts(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def js_divergence_from_counts(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def js_divergence_from_log_probabilities(
    log_p: NumPyArray,
    log_q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """How well one sample tells which of two distributions it came from; within [0, log 2]."""

@overload
def js_divergence_from_log_probabilities(
    log_p: Tensor,
    log_q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def js_divergence_from_log_probabilities(
    log_p: ArrayT,
    log_q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def js_divergence_from_logits(
    p_logits: NumPyArray,
    q_logits: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """How well one sample tells which of two distributions it came from; within [0, log 2]."""

@overload
def js_divergence_from_logits(
    p_logits: Tensor,
    q_logits: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def js_divergence_from_logits(
    p_logits: ArrayT,
    q_logits: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def kl_divergence(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The extra surprise of believing q where p is true."""

@overload
def kl_divergence(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def kl_divergence(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def kl_divergence_from_counts(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """The extra surprise of believing q where p is true."""

@overload
def kl_divergence_from_counts(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def kl_divergence_from_counts(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def kl_divergence_from_log_probabilities(
    log_p: NumPyArray,
    log_q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The extra surprise of believing q where p is true."""

@overload
def kl_divergence_from_log_probabilities(
    log_p: Tensor,
    log_q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def kl_divergence_from_log_probabilities(
    log_p: ArrayT,
    log_q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def kl_divergence_from_logits(
    p_logits: NumPyArray,
    q_logits: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """The extra surprise of believing q where p is true."""

@overload
def kl_divergence_from_logits(
    p_logits: Tensor,
    q_logits: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def kl_divergence_from_logits(
    p_logits: ArrayT,
    q_logits: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def mutual_information(
    joint: NumPyArray,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """What two variables share: H(X) + H(Y) - H(X,Y) = KL(joint, product)."""

@overload
def mutual_information(
    joint: Tensor,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def mutual_information(
    joint: ArrayT,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def mutual_information_from_counts(
    joint: NumPyArray,
    *,
    base: float | None = None,
) -> Float | FloatArray:
    """What two variables share: H(X) + H(Y) - H(X,Y) = KL(joint, product)."""

@overload
def mutual_information_from_counts(
    joint: Tensor,
    *,
    base: float | None = None,
) -> Tensor: ...
@overload
def mutual_information_from_counts(
    joint: ArrayT,
    *,
    base: float | None = None,
) -> ArrayT: ...
@overload
def normalized_mutual_information(
    joint: NumPyArray,
    *,
    normalize: bool = False,
    sum_tolerance: float | None = None,
    average: Literal["arithmetic", "geometric", "min", "max", "joint"] = "arithmetic",
) -> Float | FloatArray:
    """Mutual information over a mean of the two entropies, within [0, 1]."""

@overload
def normalized_mutual_information(
    joint: Tensor,
    *,
    normalize: bool = False,
    sum_tolerance: float | None = None,
    average: Literal["arithmetic", "geometric", "min", "max", "joint"] = "arithmetic",
) -> Tensor: ...
@overload
def normalized_mutual_information(
    joint: ArrayT,
    *,
    normalize: bool = False,
    sum_tolerance: float | None = None,
    average: Literal["arithmetic", "geometric", "min", "max", "joint"] = "arithmetic",
) -> ArrayT: ...
@overload
def normalized_mutual_information_from_counts(
    joint: NumPyArray,
    *,
    average: Literal["arithmetic", "geometric", "min", "max", "joint"] = "arithmetic",
) -> Float | FloatArray:
    """Mutual information over a mean of the two entropies, within [0, 1]."""

@overload
def normalized_mutual_information_from_counts(
    joint: Tensor,
    *,
    average: Literal["arithmetic", "geometric", "min", "max", "joint"] = "arithmetic",
) -> Tensor: ...
@overload
def normalized_mutual_information_from_counts(
    joint: ArrayT,
    *,
    average: Literal["arithmetic", "geometric", "min", "max", "joint"] = "arithmetic",
) -> ArrayT: ...
@overload
def perplexity(
    p: NumPyArray,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """How many equally likely outcomes would be as surprising on the average."""

@overload
def perplexity(
    p: Tensor,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def perplexity(
    p: ArrayT,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def perplexity_from_counts(
    p: NumPyArray,
    *,
    axis: int = -1,
) -> Float | FloatArray:
    """How many equally likely outcomes would be as surprising on the average."""

@overload
def perplexity_from_counts(
    p: Tensor,
    *,
    axis: int = -1,
) -> Tensor: ...
@overload
def perplexity_from_counts(
    p: ArrayT,
    *,
    axis: int = -1,
) -> ArrayT: ...
@overload
def perplexity_from_log_probabilities(
    log_p: NumPyArray,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """How many equally likely outcomes would be as surprising on the average."""

@overload
def perplexity_from_log_probabilities(
    log_p: Tensor,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def perplexity_from_log_probabilities(
    log_p: ArrayT,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def perplexity_from_logits(
    p_logits: NumPyArray,
    *,
    axis: int = -1,
) -> Float | FloatArray:
    """How many equally likely outcomes would be as surprising on the average."""

@overload
def perplexity_from_logits(
    p_logits: Tensor,
    *,
    axis: int = -1,
) -> Tensor: ...
@overload
def perplexity_from_logits(
    p_logits: ArrayT,
    *,
    axis: int = -1,
) -> ArrayT: ...
@overload
def pointwise_mutual_information(
    joint: NumPyArray,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> FloatArray:
    """How much more often two outcomes meet than if they were independent."""

@overload
def pointwise_mutual_information(
    joint: Tensor,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def pointwise_mutual_information(
    joint: ArrayT,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def pointwise_mutual_information_from_counts(
    joint: NumPyArray,
    *,
    base: float | None = None,
) -> FloatArray:
    """How much more often two outcomes meet than if they were independent."""

@overload
def pointwise_mutual_information_from_counts(
    joint: Tensor,
    *,
    base: float | None = None,
) -> Tensor: ...
@overload
def pointwise_mutual_information_from_counts(
    joint: ArrayT,
    *,
    base: float | None = None,
) -> ArrayT: ...
@overload
def renyi_divergence(
    p: NumPyArray,
    q: NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """Rényi's divergence of order alpha; KL in the limit 1."""

@overload
def renyi_divergence(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def renyi_divergence(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def renyi_divergence_from_counts(
    p: NumPyArray,
    q: NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """Rényi's divergence of order alpha; KL in the limit 1."""

@overload
def renyi_divergence_from_counts(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def renyi_divergence_from_counts(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def renyi_divergence_from_log_probabilities(
    log_p: NumPyArray,
    log_q: NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """Rényi's divergence of order alpha; KL in the limit 1."""

@overload
def renyi_divergence_from_log_probabilities(
    log_p: Tensor,
    log_q: Tensor | Numbers,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def renyi_divergence_from_log_probabilities(
    log_p: ArrayT,
    log_q: ArrayT | NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def renyi_divergence_from_logits(
    p_logits: NumPyArray,
    q_logits: NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """Rényi's divergence of order alpha; KL in the limit 1."""

@overload
def renyi_divergence_from_logits(
    p_logits: Tensor,
    q_logits: Tensor | Numbers,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def renyi_divergence_from_logits(
    p_logits: ArrayT,
    q_logits: ArrayT | NumPyInput,
    *,
    alpha: float = 0.5,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def renyi_entropy(
    p: NumPyArray,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """Rényi's entropy of order alpha: log of the support at 0, Shannon's at 1."""

@overload
def renyi_entropy(
    p: Tensor,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def renyi_entropy(
    p: ArrayT,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def renyi_entropy_from_counts(
    p: NumPyArray,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """Rényi's entropy of order alpha: log of the support at 0, Shannon's at 1."""

@overload
def renyi_entropy_from_counts(
    p: Tensor,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def renyi_entropy_from_counts(
    p: ArrayT,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def renyi_entropy_from_log_probabilities(
    log_p: NumPyArray,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """Rényi's entropy of order alpha: log of the support at 0, Shannon's at 1."""

@overload
def renyi_entropy_from_log_probabilities(
    log_p: Tensor,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def renyi_entropy_from_log_probabilities(
    log_p: ArrayT,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def renyi_entropy_from_logits(
    p_logits: NumPyArray,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """Rényi's entropy of order alpha: log of the support at 0, Shannon's at 1."""

@overload
def renyi_entropy_from_logits(
    p_logits: Tensor,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def renyi_entropy_from_logits(
    p_logits: ArrayT,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def reverse_kl_divergence(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """KL with the two exchanged: the extra surprise of believing p where q is true."""

@overload
def reverse_kl_divergence(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def reverse_kl_divergence(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def reverse_kl_divergence_from_counts(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """KL with the two exchanged: the extra surprise of believing p where q is true."""

@overload
def reverse_kl_divergence_from_counts(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def reverse_kl_divergence_from_counts(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def reverse_kl_divergence_from_log_probabilities(
    log_p: NumPyArray,
    log_q: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """KL with the two exchanged: the extra surprise of believing p where q is true."""

@overload
def reverse_kl_divergence_from_log_probabilities(
    log_p: Tensor,
    log_q: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def reverse_kl_divergence_from_log_probabilities(
    log_p: ArrayT,
    log_q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def reverse_kl_divergence_from_logits(
    p_logits: NumPyArray,
    q_logits: NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Float | FloatArray:
    """KL with the two exchanged: the extra surprise of believing p where q is true."""

@overload
def reverse_kl_divergence_from_logits(
    p_logits: Tensor,
    q_logits: Tensor | Numbers,
    *,
    axis: int = -1,
    base: float | None = None,
) -> Tensor: ...
@overload
def reverse_kl_divergence_from_logits(
    p_logits: ArrayT,
    q_logits: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    base: float | None = None,
) -> ArrayT: ...
@overload
def self_information(
    p: Scalar,
    *,
    base: float | None = None,
) -> Float:
    """How surprising an event of probability p is."""

@overload
def self_information(
    p: NumPyArray,
    *,
    base: float | None = None,
) -> FloatArray: ...
@overload
def self_information(
    p: Tensor,
    *,
    base: float | None = None,
) -> Tensor: ...
@overload
def self_information(
    p: ArrayT,
    *,
    base: float | None = None,
) -> ArrayT: ...
@overload
def total_correlation(
    joint: NumPyArray,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float:
    """What several variables share: the sum of their entropies minus the joint one."""

@overload
def total_correlation(
    joint: Tensor,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def total_correlation(
    joint: ArrayT,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def total_correlation_from_counts(
    joint: NumPyArray,
    *,
    base: float | None = None,
) -> Float:
    """What several variables share: the sum of their entropies minus the joint one."""

@overload
def total_correlation_from_counts(
    joint: Tensor,
    *,
    base: float | None = None,
) -> Tensor: ...
@overload
def total_correlation_from_counts(
    joint: ArrayT,
    *,
    base: float | None = None,
) -> ArrayT: ...
@overload
def total_variation(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The largest difference of probability that p and q give to one event."""

@overload
def total_variation(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def total_variation(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def total_variation_from_counts(
    p: NumPyArray,
    q: NumPyInput,
    *,
    axis: int = -1,
) -> Float | FloatArray:
    """The largest difference of probability that p and q give to one event."""

@overload
def total_variation_from_counts(
    p: Tensor,
    q: Tensor | Numbers,
    *,
    axis: int = -1,
) -> Tensor: ...
@overload
def total_variation_from_counts(
    p: ArrayT,
    q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
) -> ArrayT: ...
@overload
def total_variation_from_log_probabilities(
    log_p: NumPyArray,
    log_q: NumPyInput,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The largest difference of probability that p and q give to one event."""

@overload
def total_variation_from_log_probabilities(
    log_p: Tensor,
    log_q: Tensor | Numbers,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def total_variation_from_log_probabilities(
    log_p: ArrayT,
    log_q: ArrayT | NumPyInput,
    *,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def total_variation_from_logits(
    p_logits: NumPyArray,
    q_logits: NumPyInput,
    *,
    axis: int = -1,
) -> Float | FloatArray:
    """The largest difference of probability that p and q give to one event."""

@overload
def total_variation_from_logits(
    p_logits: Tensor,
    q_logits: Tensor | Numbers,
    *,
    axis: int = -1,
) -> Tensor: ...
@overload
def total_variation_from_logits(
    p_logits: ArrayT,
    q_logits: ArrayT | NumPyInput,
    *,
    axis: int = -1,
) -> ArrayT: ...
@overload
def tsallis_entropy(
    p: NumPyArray,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The mean of a deformed surprise; Gini's impurity at 2."""

@overload
def tsallis_entropy(
    p: Tensor,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def tsallis_entropy(
    p: ArrayT,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def tsallis_entropy_from_counts(
    p: NumPyArray,
    *,
    alpha: float = 2.0,
    axis: int = -1,
) -> Float | FloatArray:
    """The mean of a deformed surprise; Gini's impurity at 2."""

@overload
def tsallis_entropy_from_counts(
    p: Tensor,
    *,
    alpha: float = 2.0,
    axis: int = -1,
) -> Tensor: ...
@overload
def tsallis_entropy_from_counts(
    p: ArrayT,
    *,
    alpha: float = 2.0,
    axis: int = -1,
) -> ArrayT: ...
@overload
def tsallis_entropy_from_log_probabilities(
    log_p: NumPyArray,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """The mean of a deformed surprise; Gini's impurity at 2."""

@overload
def tsallis_entropy_from_log_probabilities(
    log_p: Tensor,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def tsallis_entropy_from_log_probabilities(
    log_p: ArrayT,
    *,
    alpha: float = 2.0,
    axis: int = -1,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def tsallis_entropy_from_logits(
    p_logits: NumPyArray,
    *,
    alpha: float = 2.0,
    axis: int = -1,
) -> Float | FloatArray:
    """The mean of a deformed surprise; Gini's impurity at 2."""

@overload
def tsallis_entropy_from_logits(
    p_logits: Tensor,
    *,
    alpha: float = 2.0,
    axis: int = -1,
) -> Tensor: ...
@overload
def tsallis_entropy_from_logits(
    p_logits: ArrayT,
    *,
    alpha: float = 2.0,
    axis: int = -1,
) -> ArrayT: ...
@overload
def variation_of_information(
    joint: NumPyArray,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Float | FloatArray:
    """What two variables do not share: H(X|Y) + H(Y|X), a metric."""

@overload
def variation_of_information(
    joint: Tensor,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Tensor: ...
@overload
def variation_of_information(
    joint: ArrayT,
    *,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> ArrayT: ...
@overload
def variation_of_information_from_counts(
    joint: NumPyArray,
    *,
    base: float | None = None,
) -> Float | FloatArray:
    """What two variables do not share: H(X|Y) + H(Y|X), a metric."""

@overload
def variation_of_information_from_counts(
    joint: Tensor,
    *,
    base: float | None = None,
) -> Tensor: ...
@overload
def variation_of_information_from_counts(
    joint: ArrayT,
    *,
    base: float | None = None,
) -> ArrayT: ...
