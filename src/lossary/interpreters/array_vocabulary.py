"""Vocabularies of formulas for arrays of any framework."""

import sys
from typing import Any

from lossary import framework_of_array
from lossary.framework_of_array import device, namespace

__all__ = ["ArrayVocabulary", "TorchVocabulary", "vocabulary"]

Array = Any


class ArrayVocabulary:
    """Vocabulary for arrays of one namespace, dtype and device, and for Python numbers."""

    def __init__(self, like: Array) -> None:
        xp = namespace(like)
        self.xp, self._like = xp, like
        self.exp, self.log, self.sqrt = xp.exp, xp.log, xp.sqrt
        self.abs = xp.abs
        self.log1p, self.expm1 = xp.log1p, xp.expm1
        if framework_of_array.computes_in_jax(xp):
            self.log1p, self.expm1 = self._log1p, self._expm1

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        """Select elementwise; a Python True or False selects a whole argument."""
        if isinstance(condition, bool):
            return a if condition else b
        return self.xp.where(condition, self._lift(a), self._lift(b))

    def sign(self, x: Any) -> Any:
        """Return -1, 0 or 1; NaN for NaN."""
        return self.xp.sign(x)

    def maximum(self, a: Any, b: Any) -> Any:
        """Return the elementwise maximum; NaN if either is NaN."""
        return self.xp.maximum(self._lift(a), self._lift(b))

    def minimum(self, a: Any, b: Any) -> Any:
        """Return the elementwise minimum; NaN if either is NaN."""
        return self.xp.minimum(self._lift(a), self._lift(b))

    def _lift(self, x: Any) -> Any:
        if not _is_number(x):
            return x
        return self.xp.asarray(x, dtype=self._like.dtype, device=device(self._like))

    # XLA's own log1p is up to 120 eps off on the CPU (float64, near -0.6), its expm1 2.7 (float32).

    # Kahan's forms divide a rounding error out again, so XLA must not simplify them: compiled,
    # it would replace log(exp(x)) by x.

    def _log1p(self, x: Any) -> Any:
        u = _opaque(1 + x)
        exact = (u == 1) | (self.abs(u) == float("inf"))
        return self.where(exact, x, self.log(u) * x / self.where(exact, 1, u - 1))

    def _expm1(self, x: Any) -> Any:
        u = _opaque(self.exp(x))
        log = self.log(u)
        plain = (u == 1) | (u == 0) | (self.abs(u) == float("inf"))
        near = (u - 1) * x / self.where(plain, 1, log)
        return self.where(u == 1, x, self.where(plain, u - 1, near))


class TorchVocabulary(ArrayVocabulary):
    """Vocabulary for torch, which takes Python numbers without a copy to the device."""

    def __init__(self, like: Array) -> None:
        super().__init__(like)
        self._torch = sys.modules["torch"]
        self._own_kind = framework_of_array.own_kind(like)

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        """Select elementwise; a Python True or False selects a whole argument."""
        if isinstance(condition, bool):
            return a if condition else b
        if _is_number(a) and _is_number(b):
            a = self._lift(a)
        if self._own_kind:
            a, b = self._alike(a, b), self._alike(b, a)
        return self._torch.where(condition, a, b)

    def _alike(self, x: Any, other: Any) -> Any:
        """Return a number as a tensor of the type of another, including tensor subclasses."""
        return other.new_full((), x) if _is_number(x) else x

    def _lift(self, x: Any) -> Any:
        if self._own_kind and _is_number(x):
            return self._like.new_full((), x)
        return super()._lift(x)

    def maximum(self, a: Any, b: Any) -> Any:
        """Return the elementwise maximum; NaN if either is NaN."""
        if _is_number(a) or _is_number(b):
            x, low = (b, a) if _is_number(a) else (a, b)
            return self._torch.clamp(x, min=low)
        return self._torch.maximum(a, b)

    def minimum(self, a: Any, b: Any) -> Any:
        """Return the elementwise minimum; NaN if either is NaN."""
        if _is_number(a) or _is_number(b):
            x, high = (b, a) if _is_number(a) else (a, b)
            return self._torch.clamp(x, max=high)
        return self._torch.minimum(a, b)

    def sign(self, x: Any) -> Any:
        """Return the sign, NaN for NaN; the namespace's sign reads values, which vmap forbids."""
        return self.where(x > 0, 1, self.where(x < 0, -1, 0 * x))


def _is_number(x: Any) -> bool:
    return isinstance(x, int | float)


def _opaque(x: Array) -> Array:
    """Return a JAX array behind an optimization barrier."""
    return sys.modules["jax"].lax.optimization_barrier(x)


def vocabulary(like: Array) -> ArrayVocabulary:
    """Return the vocabulary for arrays like the given one."""
    return TorchVocabulary(like) if framework_of_array.is_torch(like) else ArrayVocabulary(like)
