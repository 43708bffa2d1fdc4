"""What a process holds: memory, files, threads, children, temporary files, and what Python and its libraries keep."""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reading:
    """What is held at one moment: ``memory`` in MB, all else counted. ``minutes`` is the CPU time spent so far."""

    minutes: float
    memory: float
    files: int
    threads: int
    children: int
    left: int
    objects: int
    figures: int
    models: int


def read(places: tuple[Path, ...]) -> Reading:
    """Return what this process holds, garbage not counted, and the number of files in ``places``.

    Memory is what is resident after free heap went back to the system: without that the allocator's own rhythm hides
    a leak for an hour.
    """
    gc.collect()
    process = Path("/proc/self")
    return Reading(
        minutes=time.process_time() / 60,
        memory=resident(),
        # One is the listing's own.
        files=len(list((process / "fd").iterdir())) - 1,
        threads=len(list((process / "task").iterdir())),
        children=sum(len(task.read_text().split()) for task in process.glob("task/*/children")),
        left=sum(1 for place in places for _ in place.rglob("*")),
        objects=len(gc.get_objects()),
        figures=_open_figures(),
        models=_kept_models(),
    )


def resident() -> float:
    """Return the resident memory in MB, once free heap is given back."""
    _trim()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def _trim() -> None:
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def _open_figures() -> int:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return len(pyplot.get_fignums()) if pyplot else 0


def _kept_models() -> int:
    prepared = sys.modules.get("cnnviz.models.prepared")
    return len(prepared._entries) if prepared else 0


def half_written(place: Path) -> list[str]:
    """Return temporary files of cnnviz below a folder: there should never be one."""
    return sorted(str(path) for path in place.rglob("*") if path.name.startswith(".cnnviz-") or path.suffix == ".part")


def private_folder(place: Path) -> Path:
    """Make everything temporary of this process and its children go to one empty folder."""
    import tempfile

    place.mkdir(parents=True)
    os.environ["TMPDIR"] = str(place)
    tempfile.tempdir = None
    return place
