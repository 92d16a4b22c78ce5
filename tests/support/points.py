"""Where a record is tried, whatever it is: parameters, scores and targets, rows, distributions."""

from collections.abc import Iterator

import numpy as np

from lossary.formulas.record import Interval, Pointwise, Record, Values

NUMBERS = (0.0, 0.3, 0.5, 1.0, 2.0, 3.7)


def parameter_sets(record: Record) -> list[dict[str, float]]:
    """The defaults, and every parameter in turn at other values of its interval."""
    defaults = dict(record.defaults)
    others = [
        defaults | {parameter.name: value}
        for parameter in record.parameters
        for value in NUMBERS
        if not parameter.interval.outside(value) and value != parameter.default
    ]
    return [defaults, *others]


def targets(record: Pointwise, rng: np.random.Generator, n: int) -> np.ndarray:
    """Targets of a record's domain, its ends among them."""
    if isinstance(record.target, Values):
        return rng.choice(record.target.allowed, n)
    low, high = max(record.target.low, -5.0), min(record.target.high, 5.0)
    ends = [record.target.low, record.target.high]
    inner = rng.uniform(low, high, n)
    return np.where(np.arange(n) % 4 == 0, rng.choice(np.clip(ends, low, high), n), inner)


def scores(record: Pointwise, rng: np.random.Generator, n: int) -> np.ndarray:
    """Scores of a record's domain at several scales."""
    if record.score != Interval():
        return rng.uniform(max(record.score.low, -5) + 1e-9, min(record.score.high, 5) - 1e-9, n)
    return rng.normal(0, rng.choice([0.1, 3.0, 30.0], n))


def pairs(record: Pointwise, rng: np.random.Generator, n: int) -> Iterator[tuple[float, float]]:
    """Targets with scores: random ones, and every hard point with several targets."""
    hard = np.repeat(record.hard, 4)
    s = np.concatenate([scores(record, rng, n), hard])
    return zip(targets(record, rng, len(s)).tolist(), s.tolist(), strict=True)


def masses(rng: np.random.Generator, n: int, *, zeros: bool = False) -> np.ndarray:
    """A random distribution over n outcomes; a third of them impossible if asked for."""
    p = rng.dirichlet(np.full(n, 0.7))
    if zeros:
        p = np.where(np.arange(n) % 3 == 1, 0.0, p)
    return p / p.sum()
