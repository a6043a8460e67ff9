"""What the figures of a bench depend on besides the code: the machine, its load, and the versions of what ran."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

MEASURED = ("duckdb", "polars", "pandas", "pyarrow", "numpy", "sqlglot")


def environment() -> dict[str, Any]:
    """CPUs this process may use, memory, Python, package versions (None where absent) and the load average."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cpus": cpus,
        "memory_mb": _memory_mb(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: _version(name) for name in MEASURED},
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


def has_package(name: str) -> bool:
    """Whether a peer is installed."""
    return _version(name) is not None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _memory_mb() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (ValueError, OSError):
        return None
