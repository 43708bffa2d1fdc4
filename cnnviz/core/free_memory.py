"""The memory that this process may still take."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_STATUS = Path("/proc/self/status")
#: A container's folder of Linux's control groups, in version 2 and in version 1, and its files of limit and usage.
_GROUPS = (
    (Path("/sys/fs/cgroup"), "memory.max", "memory.current", "inactive_file"),
    (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def free_memory() -> int | None:
    """Return the bytes that are free, by the system, the container and the limit of the process; None if unknown."""
    found = [_field(_MEMINFO, "MemAvailable:", 1024), address_space_left(), *(_left(*group) for group in _GROUPS)]
    return min((one for one in found if one is not None), default=None)


def _field(file: Path, name: str, unit: int = 1) -> int | None:
    """Return a number from a file whose lines begin with its name."""
    with suppress(OSError, ValueError, IndexError):
        for line in file.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(f"{name} ") or line.startswith(f"{name}\t"):
                return int(line.split()[1]) * unit
    return None


def _left(folder: Path, limit: str, used: str, cache: str) -> int | None:
    with suppress(OSError, ValueError):  # "max" stands for no limit
        most, now = (int((folder / name).read_text(encoding="ascii")) for name in (limit, used))
        # Files that were read count as used, although their memory is given back when it is needed.
        return max(0, most - now + (_field(folder / "memory.stat", cache) or 0))
    return None


def address_space_left() -> int | None:
    """Return the bytes that ``ulimit -v`` leaves of the address space; None if it sets no limit."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    taken = _field(_STATUS, "VmSize:", 1024)
    return None if most == resource.RLIM_INFINITY or taken is None else max(0, most - taken)
