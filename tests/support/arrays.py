"""Arrays of every framework from plain data, and back to NumPy."""

import importlib
from types import ModuleType
from typing import Any

import numpy as np

NAMESPACES = {
    "numpy": "array_api_compat.numpy",
    "torch": "array_api_compat.torch",
    "jax": "jax.numpy",
    "array_api_strict": "array_api_strict",
}


def namespace(name: str) -> ModuleType:
    """The array namespace of a framework, imported when asked for."""
    return importlib.import_module(NAMESPACES[name])


def array(xp: ModuleType, data: Any, dtype: str | None = None) -> Any:
    """``data`` as an array of ``xp``; ``dtype`` by its standard name, else as NumPy reads it."""
    values = np.asarray(data)
    named = getattr(xp, dtype or values.dtype.name)
    if xp.__name__ == "array_api_strict":
        return xp.reshape(xp.asarray(values.ravel().tolist(), dtype=named), values.shape)
    return xp.asarray(values.copy(), dtype=named)


def to_numpy(x: Any) -> np.ndarray:
    """The values of an array of any framework, outside any graph of derivatives."""
    if hasattr(x, "detach"):
        return x.detach().cpu().numpy()
    if type(x).__module__.startswith("array_api_strict"):
        return np.from_dlpack(x)
    return np.asarray(x)


def same_framework(a: Any, b: Any) -> bool:
    """Whether two arrays come from one framework."""
    return type(a).__module__.split(".")[0] == type(b).__module__.split(".")[0]
