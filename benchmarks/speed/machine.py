"""The machine and the versions that the figures hold for."""

import datetime as dt
import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("lossary", "numpy", "numba", "torch", "jax", "scipy", "scikit-learn")


def described() -> dict[str, str]:
    """Processor, memory, system, versions and date."""
    processor = _found("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.processor()
    return {
        "processor": f"{processor}, {os.cpu_count()} cores",
        "vector units": ", ".join(_units()) or "none known",
        "memory": f"{_gibibytes():.0f} GiB, huge pages: {_huge_pages()}",
        "system": f"{platform.system()} {_release()}, {' '.join(platform.libc_ver())}",
        "versions": ", ".join([f"Python {platform.python_version()}", *_versions()]),
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
    }


def _versions() -> list[str]:
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"no {package}")
    return found


def _release() -> str:
    found = re.match(r"[\d.]+", platform.release())
    return found[0] if found else platform.release()


def _units() -> list[str]:
    flags = _found("/proc/cpuinfo", r"flags\s*:\s*(.+)").split()
    return [unit for unit in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if unit in flags]


def _gibibytes() -> float:
    return int(_found("/proc/meminfo", r"MemTotal:\s+(\d+)") or 0) / 2**20


def _huge_pages() -> str:
    return _found("/sys/kernel/mm/transparent_hugepage/enabled", r"\[(\w+)\]") or "unknown"


def _found(file: str, pattern: str) -> str:
    path = Path(file)
    found = re.search(pattern, path.read_text()) if path.exists() else None
    return found[1] if found else ""
