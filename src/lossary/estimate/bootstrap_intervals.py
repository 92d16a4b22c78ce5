"""Bootstrap and subsampling intervals of any measure of samples."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.column_kinds import Column, as_column, as_columns
from lossary.estimate.divergences_from_counts import DIVERGENCES_FROM_COUNTS
from lossary.estimate.joint_table_measures import TABLE_MEASURES
from lossary.estimate.measures_of_labels import joint_table_of, sample_counts
from lossary.estimate.parameter_docs import documented
from lossary.estimate.result import Estimate
from lossary.estimate.significance import require_whole_number, validated_seed
from lossary.formulas.record import Interval

__all__ = ["Bootstrap", "bootstrap"]

Array = np.ndarray[Any, Any]

_LEVEL = Interval(0, 1, closed_low=False, closed_high=False)


@dataclass(frozen=True)
class Bootstrap:
    """An estimate with an interval and a standard error by resampling.

    Attributes
    ----------
    estimate
        The estimate from all data.
    low, high
        The ends of the interval.
    level
        The confidence level of the interval.
    standard_error
        The standard deviation of the resampled estimates.
    resamples
        The number of resamples.

    Examples
    --------
    >>> from lossary import estimate
    >>> found = estimate.bootstrap(estimate.entropy, "aaabbc" * 20, method="jackknife")
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


@documented()
def bootstrap(
    measure: Callable[..., Estimate],
    *columns: Any,
    resamples: int = 999,
    level: float = 0.95,
    seed: int = 0,
    **options: Any,
) -> Bootstrap:
    """Confidence interval of a measure of samples by resampling.

    Discrete columns are resampled from their joint table, at a cost independent of the number of
    rows. Errors are taken relative to the plug-in estimate of the data, the true value of the
    distribution resampled, so that no bias is counted twice. Continuous columns are subsampled, as
    a row drawn twice would be its own neighbour: estimates from half the rows, drawn without
    replacement, deviate from their mean as those from all rows do.

    Parameters
    ----------
    measure
        A measure of samples of this module: ``estimate.entropy``, ``estimate.mutual_information`` …
    *columns
        The columns that it takes.
    resamples
        The number of resamples.
    level
        The confidence level of the interval.
    **options
        Other arguments of the measure, except weights.

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
    if name not in (*TABLE_MEASURES, *DIVERGENCES_FROM_COUNTS):
        raise validation.unknown_name(
            name, (*TABLE_MEASURES, *DIVERGENCES_FROM_COUNTS), "measure of samples"
        )
    if options.get("sample_weight") is not None:
        message = "bootstrap resamples rows with equal probability: leave out sample_weight"
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
    # With few or skewed resamples both ends may lie on one side of the estimate.
    low, high = min(float(low), found.value), max(float(high), found.value)
    return Bootstrap(found, low, high, level, error, resamples)


def _column_names(measure: Callable[..., Estimate]) -> list[str]:
    """Return the names of a measure's columns: its positional parameters."""
    parameters = signature(measure).parameters.values()
    return [p.name for p in parameters if p.kind is Parameter.POSITIONAL_OR_KEYWORD]


def _columns(
    measure: Callable[..., Estimate], given: dict[str, Any], options: dict[str, Any]
) -> tuple[Column, ...]:
    kinds = options.get("kinds", options.get("kind"))
    if measure.__name__ == "normalized_mutual_information":
        kinds = "discrete"
    if measure.__name__ in DIVERGENCES_FROM_COUNTS:
        return tuple(as_column(n, v, kinds) for n, v in given.items())
    return as_columns(kinds, **given)


def _of_labels(
    name: str,
    columns: tuple[Column, ...],
    options: dict[str, Any],
    resamples: int,
    rng: np.random.Generator,
) -> tuple[float, Array]:
    """Return the plug-in estimate of the data, and the estimates from resampled counts."""
    missing = options.get("missing", "error")
    kept = {k: v for k, v in options.items() if k in ("alpha", "alphabet", "average", "base")}
    counts: Any
    if name in DIVERGENCES_FROM_COUNTS:
        counts = sample_counts(*columns, missing=missing)
        compute: Callable[..., Estimate] = DIVERGENCES_FROM_COUNTS[name]
    else:
        table, of_table = joint_table_of(*columns, missing=missing), TABLE_MEASURES[name]
        counts = [table.counts]

        def compute(drawn: Array, **given: Any) -> Estimate:
            return of_table(table.with_counts(drawn), **given)

    plain = {k: v for k, v in kept.items() if k != "alpha"}
    truth = float(compute(*counts, method="plug_in", **plain))
    draws = ([rng.multinomial(int(c.sum()), c / c.sum()) for c in counts] for _ in range(resamples))
    drawn = [float(compute(*draw, method=options["method"], **kept)) for draw in draws]
    return truth, np.asarray(drawn)


def _of_halves(
    measure: Callable[..., Estimate],
    columns: tuple[Column, ...],
    options: dict[str, Any],
    resamples: int,
    rng: np.random.Generator,
) -> Array:
    """Return the estimates from half the rows, of each sample or of all columns jointly."""
    separate = measure.__name__ in DIVERGENCES_FROM_COUNTS
    kinds = [c.kind for c in columns]
    kind_options: dict[str, Any] = (
        {"kind": kinds[0]} if separate or len(columns) == 1 else {"kinds": kinds}
    )

    def half(rows: int) -> Array:
        return rng.permutation(rows)[: rows // 2]

    drawn = []
    for _ in range(resamples):
        joint_index = half(columns[0].rows)
        parts = [_taken(c.values, half(c.rows) if separate else joint_index) for c in columns]
        drawn.append(float(measure(*parts, **{**options, **kind_options})))
    return np.asarray(drawn)


def _taken(values: Any, rows: Array) -> Any:
    if isinstance(values, list):
        return [values[i] for i in rows]
    return values.take(rows) if hasattr(values, "take") else values[rows]
