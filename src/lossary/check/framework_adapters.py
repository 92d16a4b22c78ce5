"""Adapters of the installed array frameworks: array creation, calls and gradients."""

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary import validation
from lossary.interpreters.array_helpers import Array, quietly

__all__ = ["FRAMEWORKS", "Framework", "chosen"]

Function = Callable[..., Array]


@dataclass(frozen=True)
class Framework:
    """Adapter of a framework: creates arrays, calls and differentiates functions.

    ``flushes``: subnormal numbers become 0. ``compiles``: functions are traced before they are
    called.
    """

    name: str
    array: Callable[[Any], Array]
    run: Callable[..., Array]
    pull: Any = None
    setting: Callable[[], AbstractContextManager[Any]] = nullcontext
    flushes: bool = False
    compiles: bool = False

    def call(self, function: Function, *values: Any) -> Any:
        """Return the function of the values, as a NumPy array."""
        with self.setting():
            return validation.to_numpy(self.run(function, *map(self.array, values)))

    def gradient(self, function: Function, *values: Any) -> list[Any]:
        """Return the gradient of the sum of the function by each of the values."""
        with self.setting():
            return [validation.to_numpy(g) for g in self.pull(function, *map(self.array, values))]


def _numpy() -> Framework:
    return Framework("numpy", np.asarray, quietly(lambda f, *arrays: f(*arrays)))


def _torch() -> Framework:
    torch: Any = importlib.import_module("torch")

    def pull(function: Function, *arrays: Array) -> tuple[Array, ...]:
        leaves = [x.requires_grad_() for x in arrays]
        gradient: tuple[Array, ...] = torch.autograd.grad(function(*leaves).sum(), leaves)
        return gradient

    return Framework("torch", lambda x: torch.tensor(np.asarray(x)), lambda f, *a: f(*a), pull)


def _jax(*, jit: bool) -> Framework:
    jax: Any = importlib.import_module("jax")

    @contextmanager
    def wide() -> Iterator[None]:
        with jax.enable_x64(True):  # noqa: FBT003 - a switch
            yield

    def run(function: Function, *arrays: Array) -> Array:
        return (jax.jit(function) if jit else function)(*arrays)

    name = "jax.jit" if jit else "jax"
    return Framework(name, jax.numpy.asarray, run, setting=wide, flushes=True, compiles=jit)


FRAMEWORKS: dict[str, Callable[[], Framework]] = {
    "numpy": _numpy,
    "torch": _torch,
    "jax": lambda: _jax(jit=False),
    "jax.jit": lambda: _jax(jit=True),
}
_USUAL = ("numpy", "torch", "jax")


def chosen(names: Iterable[str] | None = None) -> list[Framework]:
    """Return the frameworks of the given names, or NumPy and all others that are installed."""
    if names is None:
        return [FRAMEWORKS[name]() for name in _USUAL if importlib.util.find_spec(name)]
    used = []
    for name in names:
        validation.choice("framework", name, tuple(FRAMEWORKS))
        package = name.partition(".")[0]
        validation.need(package, package)
        used.append(FRAMEWORKS[name]())
    return used
