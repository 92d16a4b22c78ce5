"""NumPy arrays: divergences beside SciPy's, the loss of logits beside scikit-learn's."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

import lossary as ls
from speed.case import Build, Case, Goal, Make, Step, goals
from speed.peers import JAX, MEMORY, jax_step
from speed.steps import read

SCIPY, SKLEARN = "scipy", "scikit-learn"
NORMALIZED = "lossary, normalize"
ROWS, OUTCOMES = 100_000, 1000


def _valued(function: Callable[..., Any], *arrays: np.ndarray) -> Step:
    def run() -> Any:
        return function(*arrays)

    return Step(run, lambda: [np.asarray(run(), dtype=np.float64)])


def _distributions() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    pair = []
    for _ in range(2):
        # Memory by torch is aligned, which lets jax read it where it is.
        x = torch.empty(ROWS, OUTCOMES, dtype=torch.float64).numpy()
        rng.standard_exponential(out=x)
        x /= x.sum(axis=-1, keepdims=True)
        pair.append(x)
    return pair[0], pair[1]


def _kl() -> Mapping[str, Make]:
    pq = _distributions()
    entropy = importlib.import_module("scipy.stats").entropy
    return {
        "lossary": lambda: _valued(ls.kl_divergence, *pq),
        NORMALIZED: lambda: _valued(lambda p, q: ls.kl_divergence(p, q, normalize=True), *pq),
        SCIPY: lambda: _valued(lambda p, q: entropy(p, q, axis=-1), *pq),
        JAX: lambda: jax_step("evaluation", "kl_of_probabilities", *pq),
        MEMORY: lambda: _read(*pq),
    }


def _js() -> Mapping[str, Make]:
    pq = _distributions()
    jensenshannon = importlib.import_module("scipy.spatial.distance").jensenshannon
    return {
        "lossary": lambda: _valued(ls.js_divergence, *pq),
        SCIPY: lambda: _valued(lambda p, q: jensenshannon(p, q, axis=-1) ** 2, *pq),
        JAX: lambda: jax_step("evaluation", "js_of_probabilities", *pq),
        MEMORY: lambda: _read(*pq),
    }


def _read(*arrays: np.ndarray) -> Step:
    return read(*map(torch.from_numpy, arrays))


def _log_loss() -> Mapping[str, Make]:
    rng = np.random.default_rng(0)
    z, target = rng.normal(size=(100_000, 100)), rng.integers(100, size=100_000)
    log_loss = importlib.import_module("sklearn.metrics").log_loss
    softmax = importlib.import_module("scipy.special").softmax
    return {
        "lossary": lambda: _valued(ls.softmax_cross_entropy, z, target),
        SKLEARN: lambda: _valued(lambda z, t: log_loss(t, softmax(z, axis=-1)), z, target),
        JAX: lambda: jax_step("evaluation", "softmax_cross_entropy", z, target),
        MEMORY: lambda: _read(z, target),
    }


def _case(name: str, build: Build, largest: int, wanted: tuple[Goal, ...] = ()) -> Case:
    limits = {"lossary": MEMORY, NORMALIZED: MEMORY}
    return Case(
        "arrays", name, build, largest, goals=wanted, limits=limits, tolerance=1e-6, seconds=30
    )


_LARGEST = 8 * ROWS * OUTCOMES

CASES = (
    _case("kl_divergence float64 1e5x1e3", _kl, _LARGEST, goals(SCIPY, 14)),
    _case("js_divergence float64 1e5x1e3", _js, _LARGEST, goals(SCIPY, 16)),
    _case("softmax_cross_entropy float64 1e5x100", _log_loss, 8 * 100_000 * 100),
)
