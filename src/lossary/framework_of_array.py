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
    "has_values",
    "is_array",
    "is_dense",
    "is_jax",
    "is_real",
    "is_strict",
    "is_torch",
    "namespace",
    "own_kind",
]

Array = Any


def is_torch(x: Any) -> bool:
    """Tell whether x is a torch tensor."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor)


def own_kind(x: Array) -> bool:
    """Tell whether x is a torch tensor of a kind of its own, such as a FakeTensor or a DTensor."""
    if not is_torch(x):
        return False
    torch = sys.modules["torch"]
    return type(x) not in {torch.Tensor, torch.nn.Parameter}


def is_jax(x: Any) -> bool:
    """Tell whether x is a JAX array, or stands for one while JAX traces."""
    return not (_is_plain(x) or is_torch(x)) and bool(compat.is_jax_array(x))


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


def has_values(x: Array) -> bool:
    """Tell whether Python can look at an array's values: not while somebody traces or maps them.

    A tensor on the device "meta" has none, nor has one of a FakeTensorMode, of a vmap, or of
    several parts (a DTensor).
    """
    if is_torch(x):
        torch = sys.modules["torch"]
        if x.device.type == "meta" or torch.compiler.is_compiling():
            return False
        # PyTorch has no public way to ask.
        c = torch._C  # noqa: SLF001
        mapped = c._functorch.is_functorch_wrapped_tensor, c._functorch.is_legacy_batchedtensor  # noqa: SLF001
        if any(by_vmap(x) for by_vmap in mapped):
            return False
        return not (own_kind(x) and c._dispatch_keys(x).has(c.DispatchKey.Python))  # noqa: SLF001
    return not (is_jax(x) and isinstance(x, sys.modules["jax"].core.Tracer))


def is_real(x: Array, *, booleans: bool = False) -> bool:
    """Tell whether an array holds numbers in a dtype that is computed in."""
    if isinstance(x, np.ndarray):
        return x.dtype.kind in ("iufb" if booleans else "iuf")
    if is_torch(x) and x.is_floating_point():
        # Eight bits are for storage: nothing adds them.
        return bool(x.element_size() > 1)
    if str(x.dtype).rsplit(".", maxsplit=1)[-1] == "bfloat16":
        return True
    kinds = ("real floating", "integral", *(("bool",) if booleans else ()))
    return bool(namespace(x).isdtype(x.dtype, kinds))


def is_dense(x: Array) -> bool:
    """Tell whether an array holds all of its numbers, and no mask beside them."""
    if is_torch(x):
        torch = sys.modules["torch"]
        return x.layout is torch.strided or x.layout is torch.jagged
    return not isinstance(x, np.ma.MaskedArray)


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
