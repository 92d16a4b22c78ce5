"""Sample points of checks: random ones at many scales, and the hard points of each record."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import inf
from typing import Any

import numpy as np

from lossary.formulas.record import REAL, Domain, Pointwise, Record, Values

__all__ = [
    "LEAST",
    "Generator",
    "Numbers",
    "Size",
    "distributions",
    "logits",
    "near_pairs",
    "numbers",
    "pairs",
    "scores",
    "variants",
]

Numbers = np.ndarray[Any, Any]
Generator = np.random.Generator


@dataclass(frozen=True)
class Size:
    """Number of variants of the parameters, and number of points for each."""

    points: int
    variants: int


_PARAMETERS = (0.0, 0.125, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0)
_LARGE = (20.0, 100.0, 1000.0)
_SCALES = (0.01, 1.0, 5.0, 30.0)
LEAST = 1e-30
_NOISES = (1e-6, 1e-3, 1e-1)


def variants(record: Record, rng: Generator, count: int) -> Iterator[dict[str, float]]:
    """Yield parameters: the defaults, then others from their intervals.

    All are float32 numbers, so that no framework rounds them.
    """
    yield {name: float(np.float32(value)) for name, value in record.defaults.items()}
    growing = (getattr(record, "growing", None) or ("",))[0]
    choices = [
        [
            v
            for v in (*_PARAMETERS, *(_LARGE if p.name == growing else ()))
            if not p.interval.outside(v)
        ]
        for p in record.parameters
    ]
    everything = list(product(*choices)) if choices else []
    for i in rng.permutation(len(everything))[: count - 1]:
        yield dict(zip(record.defaults, everything[i], strict=True))


def numbers(domain: Domain, rng: Generator, count: int) -> Numbers:
    """Return random numbers of a domain, at many scales and close to its ends."""
    if isinstance(domain, Values):
        return rng.choice(np.asarray(domain.allowed), count)
    side = rng.integers(3, size=count)
    if domain.low > -inf and domain.high < inf:
        small = 10.0 ** rng.uniform(-9, 0, count)
        share = np.choose(side, [small, 1 - small, rng.integers(3, size=count) / 2])
        return domain.low + (domain.high - domain.low) * share
    size = 10.0 ** rng.uniform(-6, 2, count)
    if domain.low > -inf:
        return domain.low + np.choose(side, [size, np.floor(size), size])
    return np.choose(side, [size, -size, rng.normal(size=count)])


def scores(record: Pointwise, rng: Generator, count: int, dtype: str) -> tuple[Numbers, Numbers]:
    """Return targets and scores: the hard points of the record first, then random ones."""
    targets, values = numbers(record.target, rng, count), numbers(record.score, rng, count)
    hard = np.asarray(record.hard)[: count // 2]
    values[: len(hard)] = hard
    if record.target == REAL:
        targets[: len(hard)] = 0
    return targets.astype(dtype), values.astype(dtype)


def logits(rng: Generator, shape: tuple[int, int], dtype: str, deepest: float = 60.0) -> Numbers:
    """Return rows of logits at several scales, some far from 0, some with one dominant class.

    No probability underflows, as the formulas can't help what is lost then.
    """
    rows, classes = shape
    z: Numbers = rng.choice(_SCALES, (rows, 1)) * rng.normal(size=shape)
    z += np.where(rng.uniform(size=(rows, 1)) < 0.25, 1000 * rng.normal(size=(rows, 1)), 0)
    ahead = rng.integers(classes, size=rows)
    z[np.arange(rows), ahead] += np.where(rng.uniform(size=rows) < 0.25, 20, 0)
    z[0], z[1] = 0, np.arange(classes) == 0
    return np.asarray(np.maximum(z, z.max(axis=-1, keepdims=True) - deepest), dtype)


def distributions(rng: Generator, shape: tuple[int, int], dtype: str, steepest: int = 3) -> Numbers:
    """Return rows of probabilities, from nearly uniform to nearly certain."""
    z = rng.choice(_SCALES[:steepest], (shape[0], 1)) * rng.normal(size=shape)
    w = np.exp(z - z.max(axis=-1, keepdims=True)) + LEAST
    return np.asarray(w / w.sum(axis=-1, keepdims=True), dtype)


def pairs(
    rng: Generator, shape: tuple[int, int], dtype: str, steepest: int = 3
) -> tuple[Numbers, Numbers]:
    """Return two unrelated rows of probabilities."""
    return distributions(rng, shape, dtype, steepest), distributions(rng, shape, dtype, steepest)


def near_pairs(
    rng: Generator, shape: tuple[int, int], dtype: str, steepest: int = 3
) -> tuple[Numbers, Numbers]:
    """Return two rows of probabilities, ``q`` proportional to ``p (1 + noise)``."""
    p = distributions(rng, shape, "float64", steepest)
    q = p * (1 + rng.choice(_NOISES, (shape[0], 1)) * rng.normal(size=shape).clip(-5, 5))
    return p.astype(dtype), (q / q.sum(axis=-1, keepdims=True)).astype(dtype)
