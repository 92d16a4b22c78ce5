"""Conditional entropy and conditional mutual information of samples."""

from typing import Any

from lossary import validation
from lossary.estimate.column_kinds import as_columns
from lossary.estimate.entropy_estimators import ENTROPY_ESTIMATORS
from lossary.estimate.from_samples import (
    INFORMATION_METHODS,
    ColumnKinds,
    entropy,
    information_by_neighbours,
)
from lossary.estimate.measures_from_entropies import (
    CONDITIONAL_ENTROPY,
    CONDITIONAL_MUTUAL_INFORMATION,
)
from lossary.estimate.measures_of_labels import column_notes, estimate_from_labels
from lossary.estimate.method_validation import kinds_in_words, neighbour_estimator
from lossary.estimate.neighbour_registry import neighbour_methods
from lossary.estimate.parameter_docs import documented, quoted
from lossary.estimate.result import Estimate

__all__ = ["conditional_entropy", "conditional_mutual_information"]


@documented(method=INFORMATION_METHODS)
def conditional_entropy(
    y: Any,
    given: Any,
    *,
    method: str | None = None,
    kinds: ColumnKinds = None,
    k: int = 3,
    base: float | None = None,
    alpha: float | None = None,
    missing: str = "error",
    sample_weight: Any = None,
) -> Estimate:
    """Conditional entropy of a column given another, ``H(Y|X)``.

    Discrete columns are counted, as by :func:`conditional_entropy_from_counts`. If one of the
    columns is continuous it is ``H(Y) - I(X;Y)``, each by its own function, and differential for a
    continuous y.

    Parameters
    ----------
    y, given
        Columns of one length; continuous ones also of shape ``(n, d)``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, without a standard error if a column is continuous.

    Raises
    ------
    LossaryError
        As for :func:`mutual_information`.

    Examples
    --------
    >>> from lossary import estimate
    >>> y, x = [0, 0, 1, 1], ["a", "a", "a", "b"]
    >>> round(float(estimate.conditional_entropy(y, x, method="plug_in", base=2)), 6)
    0.688722

    References
    ----------
    Cover and Thomas, Elements of Information Theory, 2006

    """
    columns = target, known = as_columns(kinds, y=y, given=given)
    if target.discrete and known.discrete:
        return estimate_from_labels(
            (known, target),
            CONDITIONAL_ENTROPY,
            method,
            alpha=alpha,
            missing=missing,
            sample_weight=sample_weight,
        ).in_base(base)
    shared = information_by_neighbours(
        (known, target), method, k, alpha=alpha, sample_weight=sample_weight
    )
    whole = entropy(target.values, kind=target.kind, k=k, missing=missing)
    bias = f"H(Y) by {whole.method} minus I(X;Y) by {shared.method}"
    found = Estimate(whole.value - shared.value, shared.method, shared.n, bias=bias)
    return found.noted(*shared.notes, *column_notes(*columns)).in_base(base)


@documented(
    method=f"The estimator. Discrete columns: {quoted(ENTROPY_ESTIMATORS)}. Continuous columns: "
    f"{quoted(neighbour_methods('conditional_mutual_information'))}. The default depends on the "
    "kinds."
)
def conditional_mutual_information(
    x: Any,
    y: Any,
    given: Any,
    *,
    method: str | None = None,
    kinds: ColumnKinds = None,
    k: int = 3,
    base: float | None = None,
    alpha: float | None = None,
    missing: str = "error",
    sample_weight: Any = None,
) -> Estimate:
    """Conditional mutual information of two columns given a third, ``I(X;Y|Z)``.

    Discrete columns are counted, as by :func:`conditional_mutual_information_from_counts`;
    continuous columns are measured by nearest neighbours. Both kinds together are an error: bin
    the continuous columns.

    Parameters
    ----------
    x, y, given
        Columns of one length; continuous ones also of shape ``(n, d)``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`.

    Raises
    ------
    LossaryError
        As for :func:`mutual_information`, and for discrete and continuous columns together.

    Examples
    --------
    >>> from lossary import estimate
    >>> x, z = [0, 0, 1, 1] * 25, [0, 1, 0, 1] * 25
    >>> y = [a ^ b for a, b in zip(x, z)]
    >>> float(estimate.conditional_mutual_information(x, y, z, method="plug_in", base=2))
    1.0

    References
    ----------
    Wyner, A Definition of Conditional Mutual Information for Arbitrary Ensembles, 1978

    """
    columns = as_columns(kinds, x=x, y=y, given=given)
    if all(c.discrete for c in columns):
        return estimate_from_labels(
            columns,
            CONDITIONAL_MUTUAL_INFORMATION,
            method,
            alpha=alpha,
            missing=missing,
            sample_weight=sample_weight,
        ).in_base(base)
    if any(c.discrete for c in columns):
        message = (
            "conditional mutual information needs columns of one kind, all discrete or all "
            f"continuous, but {kinds_in_words(*columns)}: bin the continuous ones, and pass "
            "kinds='discrete'"
        )
        raise validation.LossaryError(message)
    options = {"alpha": alpha, "sample_weight": sample_weight}
    estimator = neighbour_estimator("conditional_mutual_information", columns, method, **options)
    found = estimator.compute(*(c.values for c in columns), k=k)
    return found.noted(*column_notes(*columns)).in_base(base)
