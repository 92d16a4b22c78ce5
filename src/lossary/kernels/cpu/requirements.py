"""Requirements of the CPU's kernels: a compiler, and a processor that they are fast on."""

import importlib.util
import platform
from functools import cache

__all__ = ["NUMBA", "incapable"]

NUMBA = importlib.util.find_spec("numba") is not None
"""Whether the compiler is installed."""


@cache
def incapable() -> str | None:
    """Return the requirement of the kernels that is missing here, None where all are met."""
    if not NUMBA:
        return "numba is not installed: pip install 'lossary[fast]'"
    from llvmlite import binding  # noqa: PLC0415 - imported by who uses kernels

    features = binding.get_host_cpu_features()
    if platform.machine() in {"x86_64", "AMD64"} and not features.get("fma"):
        return "the processor has no fused multiply-add, without which kernels are slow"
    return None
