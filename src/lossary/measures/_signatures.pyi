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
    """Family of divergences with KL at 1, reverse KL at 0, Hellinger at 1/2 and χ² at 2."""

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
    """Family of divergences with KL at 1, reverse KL at 0, Hellinger at 1/2 and χ² at 2."""

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
    """Family of divergences with KL at 1, reverse KL at 0, Hellinger at 1/2 and χ² at 2."""

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
    """Family of divergences with KL at 1, reverse KL at 0, Hellinger at 1/2 and χ² at 2."""

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
    """Pearson's χ² divergence: the expected squared relative deviation of p from q under q."""

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
    """Pearson's χ² divergence: the expected squared relative deviation of p from q under q."""

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
    """Pearson's χ² divergence: the expected squared relative deviation of p from q under q."""

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
    """Pearson's χ² divergence: the expected squared relative deviation of p from q under q."""

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
    """Entropy of y given x: H(Y|X) = H(X,Y) - H(X)."""

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
    """Entropy of y given x: H(Y|X) = H(X,Y) - H(X)."""

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
    """Mutual information of x and y given z."""

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
    """Mutual information of x and y given z."""

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
    """Expected negative log-likelihood of q under p: H(p) + KL(p, q)."""

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
    """Expected negative log-likelihood of q under p: H(p) + KL(p, q)."""

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
    """Expected negative log-likelihood of q under p: H(p) + KL(p, q)."""

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
    """Expected negative log-likelihood of q under p: H(p) + KL(p, q)."""

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
    """Shannon entropy of a distribution: the expected self-information."""

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
    """Shannon entropy of a distribution: the expected self-information."""

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
    """Shannon entropy of a distribution: the expected self-information."""

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
    """Shannon entropy of a distribution: the expected self-information."""

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
    """Information gain divided by the entropy of the split."""

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
    """Information gain divided by the entropy of the split."""

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
    """Square root of the Hellinger divergence, a metric within [0, 1]."""

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
    """Square root of the Hellinger divergence, a metric within [0, 1]."""

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
    """Square root of the Hellinger divergence, a metric within [0, 1]."""

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
    """Square root of the Hellinger divergence, a metric within [0, 1]."""

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
    """Half the squared distance of the square roots of the masses, within [0, 1]."""

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
    """Half the squared distance of the square roots of the masses, within [0, 1]."""

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
    """Half the squared distance of the square roots of the masses, within [0, 1]."""

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
    """Half the squared distance of the square roots of the masses, within [0, 1]."""

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
    """Reduction of the entropy of the label y by a split x: H(Y) - H(Y|X)."""

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
    """Reduction of the entropy of the label y by a split x: H(Y) - H(Y|X)."""

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
    """Symmetrised KL, KL(p, q) + KL(q, p); on binned data, the population stability index."""

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
    """Symmetrised KL, KL(p, q) + KL(q, p); on binned data, the population stability index."""

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
    """Symmetrised KL, KL(p, q) + KL(q, p); on binned data, the population stability index."""

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
    """Symmetrised KL, KL(p, q) + KL(q, p); on binned data, the population stability index."""

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
    """Joint Shannon entropy of several variables."""

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
    """Joint Shannon entropy of several variables."""

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
    """Square root of the Jensen-Shannon divergence, a metric."""

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
    """Square root of the Jensen-Shannon divergence, a metric."""

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
    """Square root of the Jensen-Shannon divergence, a metric."""

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
    """Square root of the Jensen-Shannon divergence, a metric."""

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
    """Mean KL divergence of two distributions from their mixture, within [0, log 2]."""

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
    """Mean KL divergence of two distributions from their mixture, within [0, log 2]."""

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
    """Mean KL divergence of two distributions from their mixture, within [0, log 2]."""

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
    """Kullback-Leibler divergence from p to q: cross-entropy minus the entropy of p."""

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
    """Kullback-Leibler divergence from p to q: cross-entropy minus the entropy of p."""

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
    """Kullback-Leibler divergence from p to q: cross-entropy minus the entropy of p."""

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
    """Kullback-Leibler divergence from p to q: cross-entropy minus the entropy of p."""

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
    """Mutual information of two variables: H(X) + H(Y) - H(X,Y) = KL(joint, product)."""

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
    """Mutual information of two variables: H(X) + H(Y) - H(X,Y) = KL(joint, product)."""

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
    """Mutual information divided by a mean of the two entropies, within [0, 1]."""

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
    """Mutual information divided by a mean of the two entropies, within [0, 1]."""

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
    """Exponential of the entropy: the number of equally likely outcomes of that entropy."""

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
    """Exponential of the entropy: the number of equally likely outcomes of that entropy."""

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
    """Exponential of the entropy: the number of equally likely outcomes of that entropy."""

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
    """Exponential of the entropy: the number of equally likely outcomes of that entropy."""

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
    """Log ratio of the joint probability of two outcomes to that under independence."""

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
    """Log ratio of the joint probability of two outcomes to that under independence."""

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
    """Rényi divergence of order alpha; KL in the limit 1."""

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
    """Rényi divergence of order alpha; KL in the limit 1."""

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
    """Rényi divergence of order alpha; KL in the limit 1."""

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
    """Rényi divergence of order alpha; KL in the limit 1."""

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
    """Rényi entropy of order alpha: log of the support size at 0, Shannon's entropy at 1."""

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
    """Rényi entropy of order alpha: log of the support size at 0, Shannon's entropy at 1."""

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
    """Rényi entropy of order alpha: log of the support size at 0, Shannon's entropy at 1."""

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
    """Rényi entropy of order alpha: log of the support size at 0, Shannon's entropy at 1."""

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
    """Kullback-Leibler divergence with its arguments exchanged: KL(q, p)."""

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
    """Kullback-Leibler divergence with its arguments exchanged: KL(q, p)."""

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
    """Kullback-Leibler divergence with its arguments exchanged: KL(q, p)."""

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
    """Kullback-Leibler divergence with its arguments exchanged: KL(q, p)."""

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
    """Self-information of an event of probability p: -log p."""

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
    """Total correlation: the sum of the entropies of several variables minus the joint one."""

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
    """Total correlation: the sum of the entropies of several variables minus the joint one."""

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
    """Largest difference of the probabilities that p and q assign to one event."""

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
    """Largest difference of the probabilities that p and q assign to one event."""

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
    """Largest difference of the probabilities that p and q assign to one event."""

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
    """Largest difference of the probabilities that p and q assign to one event."""

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
    """Tsallis entropy of order alpha: Gini impurity at 2, Shannon's entropy at 1."""

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
    """Tsallis entropy of order alpha: Gini impurity at 2, Shannon's entropy at 1."""

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
    """Tsallis entropy of order alpha: Gini impurity at 2, Shannon's entropy at 1."""

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
    """Tsallis entropy of order alpha: Gini impurity at 2, Shannon's entropy at 1."""

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
    """Variation of information: H(X|Y) + H(Y|X), a metric on partitions."""

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
    """Variation of information: H(X|Y) + H(Y|X), a metric on partitions."""

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
