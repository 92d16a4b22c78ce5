"""Which framework an array comes from, told without importing any, and plainly enough to compile.

array-api-compat answers through caches, which torch.compile traces with a warning each.
"""

import sys
from types import ModuleType
from typing import Any

import array_api_compat as compat
import numpy as np

__all__ = [
    "computes_in_jax",
    "computes_in_numpy",
    "computes_in_torch",
    "device",
    "is_array",
    "is_jax",
    "is_strict",
    "is_torch",
    "namespace",
]

Array = Any


def is_torch(x: Any) -> bool:
    """Tell whether x is a torch tensor."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor)


def is_jax(x: Any) -> bool:
    """Tell whether x is a JAX array, or stands for one while JAX traces."""
    return not _is_plain(x) and bool(compat.is_jax_array(x))


def is_strict(x: Array) -> bool:
    """Tell whether x is an array of array-api-strict."""
    return not is_torch(x) and type(x).__module__.startswith("array_api_strict")


def computes_in_numpy(xp: ModuleType) -> bool:
    """Tell whether NumPy computes, also beneath a strict namespace."""
    return xp.__name__ in ("numpy", "array_api_compat.numpy", "array_api_strict")


def computes_in_torch(xp: ModuleType) -> bool:
    """Tell whether torch computes."""
    return xp.__name__ == "array_api_compat.torch"


def computes_in_jax(xp: ModuleType) -> bool:
    """Tell whether JAX computes."""
    return xp.__name__ == "jax.numpy"


def is_array(x: Any) -> bool:
    """Tell whether x is an array of any framework; a NumPy scalar is a number."""
    if is_torch(x):
        return True
    return not _is_plain(x) and bool(compat.is_array_api_obj(x))


def namespace(x: Array) -> ModuleType:
    """Return the array-API namespace of an array."""
    if is_torch(x):
        import array_api_compat.torch as xp  # noqa: PLC0415 - torch is there already
    else:
        xp = compat.array_namespace(x)
    found: ModuleType = xp
    return found


def device(x: Array) -> Any:
    """Return the device of an array."""
    return x.device if is_torch(x) else compat.device(x)


def _is_plain(x: Any) -> bool:
    return x is None or isinstance(x, str | int | float | list | tuple | np.generic)
