"""Framework of an array, found without importing any, in code that torch.compile can trace.

array-api-compat uses caches, each of which makes torch.compile warn.
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
    """Return whether x is a torch tensor."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor)


def own_kind(x: Array) -> bool:
    """Return whether x is a tensor subclass, such as a FakeTensor or a DTensor."""
    if not is_torch(x):
        return False
    torch = sys.modules["torch"]
    return type(x) not in {torch.Tensor, torch.nn.Parameter}


def is_jax(x: Any) -> bool:
    """Return whether x is a JAX array or a tracer of one."""
    return not (_is_plain(x) or is_torch(x)) and bool(compat.is_jax_array(x))


def is_strict(x: Array) -> bool:
    """Return whether x is an array of array-api-strict."""
    return not is_torch(x) and type(x).__module__.startswith("array_api_strict")


def computes_in_numpy(xp: ModuleType) -> bool:
    """Return whether a namespace is NumPy's, or array-api-strict's, which uses NumPy."""
    return xp.__name__ in ("numpy", "array_api_compat.numpy", "array_api_strict")


def computes_in_torch(xp: ModuleType) -> bool:
    """Return whether a namespace is torch's."""
    return xp.__name__ == "array_api_compat.torch"


def computes_in_jax(xp: ModuleType) -> bool:
    """Return whether a namespace is JAX's."""
    return xp.__name__ == "jax.numpy"


def is_array(x: Any) -> bool:
    """Return whether x is an array of any framework; a NumPy scalar is a number."""
    if is_torch(x):
        return True
    return not _is_plain(x) and bool(compat.is_array_api_obj(x))


def has_values(x: Array) -> bool:
    """Return whether Python can read an array's values, which no traced or mapped array allows.

    Tensors on the device "meta", of a FakeTensorMode or of a vmap have none, nor have DTensors.
    """
    if is_torch(x):
        torch = sys.modules["torch"]
        if x.device.type == "meta" or torch.compiler.is_compiling():
            return False
        # PyTorch has no public function for this.
        c = torch._C  # noqa: SLF001
        mapped = c._functorch.is_functorch_wrapped_tensor, c._functorch.is_legacy_batchedtensor  # noqa: SLF001
        if any(by_vmap(x) for by_vmap in mapped):
            return False
        return not (own_kind(x) and c._dispatch_keys(x).has(c.DispatchKey.Python))  # noqa: SLF001
    return not (is_jax(x) and isinstance(x, sys.modules["jax"].core.Tracer))


def is_real(x: Array, *, booleans: bool = False) -> bool:
    """Return whether an array has a real dtype that supports arithmetic."""
    if isinstance(x, np.ndarray):
        return x.dtype.kind in ("iufb" if booleans else "iuf")
    if is_torch(x) and x.is_floating_point():
        # Eight-bit floats are storage formats without arithmetic.
        return bool(x.element_size() > 1)
    if str(x.dtype).rsplit(".", maxsplit=1)[-1] == "bfloat16":
        return True
    kinds = ("real floating", "integral", *(("bool",) if booleans else ()))
    return bool(namespace(x).isdtype(x.dtype, kinds))


def is_dense(x: Array) -> bool:
    """Return whether an array is dense and has no mask."""
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
