"""What is left, or shared, once another column is known: of labels, of numbers."""

from typing import Any

from lossary import validation
from lossary.estimate import neighbours
from lossary.estimate.column_kinds import as_columns
from lossary.estimate.entropy_sums import CONDITIONAL_ENTROPY, CONDITIONAL_MUTUAL_INFORMATION
from lossary.estimate.from_samples import (
    OF_BOTH,
    OF_COUNTS,
    OF_NUMBERS,
    ColumnKinds,
    by_neighbours,
    entropy,
    kinds_in_words,
)
from lossary.estimate.joint_table_from_labels import (
    column_notes,
    estimate_from_labels,
    preferred,
    require_method,
)
from lossary.estimate.result import Estimate

__all__ = ["conditional_entropy", "conditional_mutual_information"]


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
    """Entropy of y that is left once another column is known: ``H(Y|X)``.

    Of labels by counts, as :func:`conditional_entropy_from_counts`. Where numbers are among the
    columns, ``H(Y) - I(X;Y)``, each as by its own function; of a continuous y it is differential.

    Parameters
    ----------
    y, given
        Columns of one length; numbers also of shape ``(n, d)``.
    method, kinds, k, base, alpha, missing, sample_weight
        As for :func:`mutual_information`.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, without a standard error where numbers are among the
    columns.

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
        method = preferred(method, "miller_madow" if sample_weight is None else "plug_in")
        require_method(kinds_in_words(*columns), method, OF_COUNTS)
        return estimate_from_labels(
            (known, target),
            CONDITIONAL_ENTROPY,
            method,
            alpha=alpha,
            missing=missing,
            sample_weight=sample_weight,
        ).in_base(base)
    allowed = OF_BOTH if target.discrete or known.discrete else OF_NUMBERS
    require_method(
        kinds_in_words(*columns), method, allowed, alpha=alpha, sample_weight=sample_weight
    )
    whole = entropy(target.values, kind=target.kind, k=k, missing=missing)
    shared = by_neighbours((known, target), method, k)
    bias = f"H(Y) by {whole.method} less I(X;Y) by {shared.method}"
    found = Estimate(whole.value - shared.value, shared.method, shared.n, bias=bias)
    return found.noted(*shared.notes, *column_notes(*columns)).in_base(base)


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
    """Mutual information of two columns once a third is known: ``I(X;Y|Z)``.

    Of labels by counts, as :func:`conditional_mutual_information_from_counts`; of numbers by
    neighbours, as Frenzel and Pompe. Columns of both kinds together are an error: bin the numbers.

    Parameters
    ----------
    x, y, given
        Columns of one length; numbers also of shape ``(n, d)``.
    method, kinds, k, base, alpha, missing, sample_weight
        As for :func:`mutual_information`.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`.

    Raises
    ------
    LossaryError
        As for :func:`mutual_information`, and for labels and numbers together.

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
        method = preferred(method, "miller_madow" if sample_weight is None else "plug_in")
        require_method(kinds_in_words(*columns), method, OF_COUNTS)
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
            "conditional mutual information takes labels alone or numbers alone, but "
            f"{kinds_in_words(*columns)}: bin the numbers, and say kinds='discrete'"
        )
        raise validation.LossaryError(message)
    what, by = kinds_in_words(*columns), ("frenzel_pompe",)
    require_method(what, method, by, alpha=alpha, sample_weight=sample_weight)
    found = neighbours.conditional_mutual_information(*(c.values for c in columns), k=k)
    return found.noted(*column_notes(*columns)).in_base(base)
