"""Intervals by resampling: for any measure of samples, whatever its method."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from inspect import Parameter, signature
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate import divergences_from_counts
from lossary.estimate.column_kinds import Column, as_column, as_columns
from lossary.estimate.discrete_measures import TABLE_MEASURES
from lossary.estimate.joint_table_from_labels import counts_over_union, joint_table_of
from lossary.estimate.result import Estimate
from lossary.estimate.significance import require_whole_number, validated_seed
from lossary.estimate.sparse_joint_table import SparseJointTable
from lossary.formulas.record import Interval

__all__ = ["Bootstrap", "bootstrap"]

Array = np.ndarray[Any, Any]

_LEVEL = Interval(0, 1, closed_low=False, closed_high=False)
_OF_TWO = {
    "kl_divergence": divergences_from_counts.kl_divergence_from_counts,
    "js_divergence": divergences_from_counts.js_divergence_from_counts,
}


@dataclass(frozen=True)
class Bootstrap:
    """An estimate with an interval and a standard error by resampling.

    Attributes
    ----------
    estimate
        What all the data gave.
    low, high
        The interval.
    level
        How often such intervals hold the true value, if the data are many.
    standard_error
        The deviation of the resampled estimates.
    resamples
        How many there were.

    Examples
    --------
    >>> from lossary import estimate
    >>> found = estimate.bootstrap(estimate.entropy, "aaabbc" * 20, method="chao_shen")
    >>> found.low < float(found.estimate) < found.high
    True

    References
    ----------
    Efron, Bootstrap Methods: Another Look at the Jackknife, 1979

    """

    estimate: Estimate
    low: float
    high: float
    level: float
    standard_error: float
    resamples: int

    def __float__(self) -> float:
        return self.estimate.value

    def __str__(self) -> str:
        how = f"{self.estimate.method}, {self.resamples} resamples"
        return (
            f"{self.estimate.value:.6g} {self.estimate.unit}, {self.level:.0%} in "
            f"[{self.low:.6g}, {self.high:.6g}] ({how})"
        )


def bootstrap(
    measure: Callable[..., Estimate],
    *columns: Any,
    resamples: int = 999,
    level: float = 0.95,
    seed: int = 0,
    **options: Any,
) -> Bootstrap:
    """Interval of a measure of samples, by estimating it again from resampled data.

    Labels are drawn anew from their own counts, at a cost that does not grow with the rows. The
    errors are those against the plug-in of the data, which is the truth of what is drawn from, so
    that no correction is counted twice. Numbers drawn twice would have themselves for neighbours:
    of them half the rows are drawn, each once, whose estimates spread about their mean as those of
    all rows do.

    Parameters
    ----------
    measure
        A measure of samples of this module: ``estimate.entropy``, ``estimate.mutual_information`` …
    *columns
        What it takes.
    resamples
        How many to draw.
    level
        Of the interval.
    seed
        What starts the random numbers: the same seed, the same interval.
    **options
        What else the measure takes, but no weights.

    Returns
    -------
    A :class:`Bootstrap`.

    Raises
    ------
    LossaryError
        As the measure does, and for a level outside (0, 1), fewer than two resamples, weights.

    Examples
    --------
    >>> from lossary import estimate
    >>> x, y = [0, 0, 1, 1] * 50, [0, 1, 1, 1] * 50
    >>> print(estimate.bootstrap(estimate.mutual_information, x, y, base=2))
    0.311278 bits, 95% in [0.21..., 0.38...] (miller_madow, 999 resamples)

    References
    ----------
    Efron, Bootstrap Methods: Another Look at the Jackknife, 1979; Politis and Romano, Large Sample
    Confidence Regions Based on Subsamples under Minimal Assumptions, 1994

    """
    require_whole_number("resamples", resamples, 2)
    validation.number("level", level, _LEVEL)
    name = getattr(measure, "__name__", repr(measure))
    if name not in (*TABLE_MEASURES, *_OF_TWO):
        raise validation.unknown_name(name, (*TABLE_MEASURES, *_OF_TWO), "measure of samples")
    if options.get("sample_weight") is not None:
        message = "bootstrap draws rows, which are equal: it takes no sample_weight"
        raise validation.LossaryError(message)
    names = _column_names(measure)
    columns += tuple(options.pop(n) for n in names[len(columns) :] if n in options)
    found = measure(*columns, **options)
    rng = np.random.default_rng(validated_seed(seed))
    given = _columns(measure, dict(zip(names, columns, strict=True)), options)
    if all(c.discrete for c in given):
        truth, drawn = _of_labels(name, given, options | {"method": found.method}, resamples, rng)
    else:
        drawn = _of_halves(measure, given, options, resamples, rng)
        truth = float(np.mean(drawn))
    tail = (1 - level) / 2
    centre = truth if np.isfinite(truth) else float(np.mean(drawn))
    high, low = (found.value - (q - centre) for q in np.quantile(drawn, [tail, 1 - tail]))
    error = float(np.std(drawn, ddof=1))
    # Of few or skewed draws both ends may lie on one side of the estimate.
    low, high = min(float(low), found.value), max(float(high), found.value)
    return Bootstrap(found, low, high, level, error, resamples)


def _column_names(measure: Callable[..., Estimate]) -> list[str]:
    """Return what a measure calls its columns: all that may be given by position."""
    parameters = signature(measure).parameters.values()
    return [p.name for p in parameters if p.kind is Parameter.POSITIONAL_OR_KEYWORD]


def _columns(
    measure: Callable[..., Estimate], given: dict[str, Any], options: dict[str, Any]
) -> tuple[Column, ...]:
    kinds = options.get("kinds", options.get("kind"))
    if measure.__name__ == "normalized_mutual_information":
        kinds = "discrete"
    if measure.__name__ in _OF_TWO:
        return tuple(as_column(n, v, kinds) for n, v in given.items())
    return as_columns(kinds, **given)


def _of_labels(
    name: str,
    columns: tuple[Column, ...],
    options: dict[str, Any],
    resamples: int,
    rng: np.random.Generator,
) -> tuple[float, Array]:
    """Return the plug-in of the data, and the estimates from counts drawn of them."""
    missing = options.get("missing", "error")
    kept = {k: v for k, v in options.items() if k in ("alpha", "alphabet", "average", "base")}
    counts: Any
    if name in _OF_TWO:
        counts = counts_over_union(*columns, missing=missing)
        compute: Callable[..., Estimate] = _OF_TWO[name]
    else:
        cells = joint_table_of(*columns, missing=missing)
        counts = [cells.counts]
        compute = partial(_of_cells, TABLE_MEASURES[name], cells)
    plain = {k: v for k, v in kept.items() if k != "alpha"}
    truth = float(compute(*counts, method="plug_in", **plain))
    draws = ([rng.multinomial(int(c.sum()), c / c.sum()) for c in counts] for _ in range(resamples))
    drawn = [float(compute(*draw, method=options["method"], **kept)) for draw in draws]
    return truth, np.asarray(drawn)


def _of_cells(
    compute: Callable[..., Estimate], cells: SparseJointTable, counts: Array, **options: Any
) -> Estimate:
    there = counts > 0
    index = tuple(i[there] for i in cells.index)
    return compute(
        SparseJointTable(counts[there], index, cells.shape, cells.alphabet_given), **options
    )


def _of_halves(
    measure: Callable[..., Estimate],
    columns: tuple[Column, ...],
    options: dict[str, Any],
    resamples: int,
    rng: np.random.Generator,
) -> Array:
    """Return the estimates from half the rows, of each sample or of all columns together."""
    separate = measure.__name__ in _OF_TWO
    kinds = [c.kind for c in columns]
    told: dict[str, Any] = {"kind": kinds[0]} if separate or len(columns) == 1 else {"kinds": kinds}

    def half(rows: int) -> Array:
        return rng.permutation(rows)[: rows // 2]

    drawn = []
    for _ in range(resamples):
        joint_index = half(columns[0].rows)
        parts = [_taken(c.values, half(c.rows) if separate else joint_index) for c in columns]
        drawn.append(float(measure(*parts, **{**options, **told})))
    return np.asarray(drawn)


def _taken(values: Any, rows: Array) -> Any:
    if isinstance(values, list):
        return [values[i] for i in rows]
    return values.take(rows) if hasattr(values, "take") else values[rows]
