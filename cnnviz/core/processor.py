"""The processor that this process runs on."""

from __future__ import annotations

import os
import platform
from functools import cache
from pathlib import Path


@cache
def processor_name() -> str:
    """Return the processor's name and the number of cores that this process may use, as "Intel Xeon, 2 cores"."""
    name = _from_linux() or platform.processor() or platform.machine() or "unknown processor"
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{name}, {allowed} core{'s' if allowed > 1 else ''}"


@cache
def processor_flags() -> frozenset[str]:
    """Return the instruction sets that the processor has, as Linux names them ("avx512_bf16"); empty elsewhere."""
    return frozenset(_linux_entry("flags").split())


def _from_linux() -> str:
    """Return the model name with what tells its kind apart; many clouds name every processor alike."""
    name = _linux_entry("model name")
    flags = processor_flags()
    kinds = [kind for kind in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if kind in flags]
    return f"{name} ({' '.join(kinds)})" if name and kinds else name


@cache
def _linux_entry(key: str) -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.partition(":")[0].strip() == key), "")
