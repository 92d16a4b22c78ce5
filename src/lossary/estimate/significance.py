"""Tests of independence: the G-test, and permutation tests, exact for tables of two by two."""

from functools import partial
from math import lgamma
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.column_kinds import Column, as_columns
from lossary.estimate.from_samples import mutual_information
from lossary.estimate.measures_from_entropies import MUTUAL_INFORMATION
from lossary.estimate.measures_of_labels import joint_table_of
from lossary.estimate.parameter_docs import documented
from lossary.estimate.result import Test
from lossary.estimate.sparse_joint_table import SparseJointTable, sparse_from_counts
from lossary.estimate.special_functions import chi_squared_tail

__all__ = [
    "g_test",
    "g_test_from_counts",
    "g_test_of_table",
    "permutation_test",
    "require_whole_number",
    "validated_seed",
]

Array = np.ndarray[Any, Any]

_SMALL_EXPECTATION = 5
_UPPER_LIMIT = 1 << 31
_TABLES_AT_ONCE = 1 << 22


@documented()
def g_test(x: Any, y: Any, *, missing: str = "error") -> Test:
    """Test the independence of two discrete columns by their mutual information.

    ``G = 2 n I(X;Y)``, with the plug-in in nats, is asymptotically chi-squared under independence,
    with ``(r - 1)(c - 1)`` degrees of freedom for r and c labels that occur.

    Parameters
    ----------
    x, y
        Columns of labels, of one length.

    Returns
    -------
    A :class:`~lossary.estimate.Test`. A note says where expected counts are too small.

    Raises
    ------
    LossaryError
        For unequal lengths, missing labels, a column of fractions.

    Examples
    --------
    >>> from lossary import estimate
    >>> print(estimate.g_test([0] * 50 + [1] * 50, [0] * 30 + [1] * 20 + [0] * 20 + [1] * 30))
    statistic 4.0271, p = 0.0448 (g_test, 1 degree of freedom)

    References
    ----------
    Woolf, The Log Likelihood Ratio Test (the G-Test), 1957

    """
    return g_test_of_table(joint_table_of(*as_columns("discrete", x=x, y=y), missing=missing))


def g_test_from_counts(joint: Any) -> Test:
    """Test the independence of two variables, from a table of counts.

    Parameters
    ----------
    joint
        Counts of shape ``(x, y)``; rows and columns of zeros are ignored.

    Returns
    -------
    A :class:`~lossary.estimate.Test`, as :func:`g_test` does.

    Raises
    ------
    LossaryError
        For negative or fractional counts, a table of other than two axes.

    Examples
    --------
    >>> from lossary import estimate
    >>> print(estimate.g_test_from_counts([[30, 20], [20, 30]]))
    statistic 4.0271, p = 0.0448 (g_test, 1 degree of freedom)

    References
    ----------
    Woolf, The Log Likelihood Ratio Test (the G-Test), 1957

    """
    return g_test_of_table(sparse_from_counts("joint", joint, 2))


def g_test_of_table(cells: SparseJointTable) -> Test:
    """Return the test of a joint table."""
    x, y = (cells.marginal((axis,))[0] for axis in (0, 1))
    statistic = 2 * cells.n * MUTUAL_INFORMATION.plug_in(cells)[0]
    degrees = (len(x) - 1) * (len(y) - 1)
    notes: tuple[str, ...] = ()
    least = float(x.min()) * float(y.min()) / cells.n
    if degrees == 0:
        notes = ("a column has one label only: nothing to test",)
    elif least < _SMALL_EXPECTATION:
        note = (
            f"the smallest expected count is {least:.3g}, below {_SMALL_EXPECTATION}: the p-value "
            "is inaccurate; estimate.permutation_test() is more accurate"
        )
        notes = (note,)
    return Test(statistic, chi_squared_tail(statistic, degrees), "g_test", degrees, notes)


@documented()
def permutation_test(
    x: Any,
    y: Any,
    *,
    permutations: int = 999,
    seed: int = 0,
    kinds: Any = None,
    k: int = 3,
    missing: str = "error",
) -> Test:
    """Test the independence of two columns by permuting one of them.

    The statistic is their mutual information: the plug-in for discrete columns, otherwise by
    neighbours. The p-value is ``(1 + times at least as large) / (1 + permutations)``. For discrete
    columns, tables with the same marginals are drawn, at a cost independent of the number of rows;
    for two labels in either column the p-value is exact, the sum over all tables.

    Parameters
    ----------
    x, y
        Columns of one length; continuous ones also of shape ``(n, d)``.
    permutations
        The number of permutations, N; the smallest possible p-value is ``1 / (N + 1)``.

    Returns
    -------
    A :class:`~lossary.estimate.Test`, its statistic in nats.

    Raises
    ------
    LossaryError
        As for :func:`mutual_information`, and for fewer than one permutation.

    Examples
    --------
    >>> from lossary import estimate
    >>> print(estimate.permutation_test("aaaabbbb", "xxxxyyyy"))
    statistic 0.693147, p = 0.0286 (exact_test)

    References
    ----------
    Fisher, The Design of Experiments, 1935; Phipson and Smyth, Permutation P-Values Should Never Be
    Zero, 2010

    """
    require_whole_number("permutations", permutations)
    columns = as_columns(kinds, x=x, y=y)
    rng = np.random.default_rng(validated_seed(seed))
    if all(c.discrete for c in columns):
        return _of_labels(joint_table_of(*columns, missing=missing), permutations, rng)
    return _of_rows(columns, permutations, rng, k)


def validated_seed(seed: Any) -> int:
    """Return a validated seed: a whole number of at least 0."""
    require_whole_number("seed", seed, 0)
    return int(seed)


def require_whole_number(name: str, value: Any, least: int = 1) -> None:
    """Require a whole number of at least some value."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or not least <= value < _UPPER_LIMIT:
        limit = "" if not whole or value < least else f" and below {_UPPER_LIMIT}"
        message = f"{name} must be a whole number of at least {least}{limit}, got "
        message += validation.shown(value)
        raise validation.LossaryError(message)


def _of_labels(cells: SparseJointTable, permutations: int, rng: np.random.Generator) -> Test:
    found = MUTUAL_INFORMATION.plug_in(cells)[0]
    x, y = (cells.marginal((axis,))[0] for axis in (0, 1))
    if min(len(x), len(y)) == 1:
        note = "a column has one label only: nothing to test"
        return Test(0.0, 1.0, "permutation_test", notes=(note,))
    # Given the marginals, the information is the sum of c log c plus a constant.
    counts = cells.counts
    score = float(np.sum(counts * np.log(counts)))
    slack = 1e-10 * max(abs(score), 1.0)
    if len(x) == len(y) == 2:
        return Test(found, _exact(x, y, score - slack), "exact_test")
    at_least = 0
    step = max(1, _TABLES_AT_ONCE // (len(x) * len(y)))
    for start in range(0, permutations, step):
        tables = _tables(x, y, min(step, permutations - start), rng)
        scores = np.sum(tables * np.log(np.maximum(tables, 1)), axis=(1, 2))
        at_least += int((scores >= score - slack).sum())
    return Test(found, (1 + at_least) / (1 + permutations), "permutation_test")


def _tables(x: Array, y: Array, many: int, rng: np.random.Generator) -> Array:
    """Return random tables with given marginals, drawn row by row without replacement."""
    left = np.broadcast_to(y, (many, len(y))).copy()
    tables = np.empty((many, len(x), len(y)), dtype=np.int64)
    for i, size in enumerate(x[:-1]):
        tables[:, i] = _rows(left, int(size), rng)
        left -= tables[:, i]
    tables[:, -1] = left
    return tables


def _rows(left: Array, size: int, rng: np.random.Generator) -> Array:
    """Return samples without replacement of a given size from many urns, colour by colour."""
    drawn = np.empty_like(left)
    others, wanted = left.sum(axis=1), np.full(len(left), size)
    for j in range(left.shape[1]):
        others = others - left[:, j]
        drawn[:, j] = rng.hypergeometric(left[:, j], others, wanted)
        wanted = wanted - drawn[:, j]
    return drawn


def _exact(x: Array, y: Array, score: float) -> float:
    """Return the probability of the 2 × 2 tables with a score at least as large."""
    n, a, b = int(x.sum()), int(x[0]), int(y[0])
    corner = np.arange(max(0, a + b - n), min(a, b) + 1)
    cells = np.stack([corner, a - corner, b - corner, n - a - b + corner])
    scores = np.sum(cells * np.log(np.maximum(cells, 1)), axis=0)
    log_probabilities = np.array([_log_probability(int(c), a, b, n) for c in corner])
    return min(1.0, float(np.sum(np.exp(log_probabilities)[scores >= score])))


def _log_probability(c: int, a: int, b: int, n: int) -> float:
    """Return the log hypergeometric probability of count c in the first cell."""

    def choose(m: int, k: int) -> float:
        return lgamma(m + 1) - lgamma(k + 1) - lgamma(m - k + 1)

    return choose(b, c) + choose(n - b, a - c) - choose(n, a)


def _of_rows(
    columns: tuple[Column, ...], permutations: int, rng: np.random.Generator, k: int
) -> Test:
    x, y = columns
    kinds = [c.kind for c in columns]
    numbers, other = (y, x) if not y.discrete else (x, y)
    measure = partial(mutual_information, kinds=kinds, k=k)
    found = measure(x.values, y.values)

    def drawn() -> float:
        moved = numbers.values[rng.permutation(numbers.rows)]
        return float(measure(other.values, moved) if numbers is y else measure(moved, other.values))

    at_least = sum(drawn() >= found.value for _ in range(permutations))
    p_value = (1 + at_least) / (1 + permutations)
    return Test(found.value, p_value, "permutation_test", notes=found.notes)
