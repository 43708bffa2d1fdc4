"""One area in a process of its own: mutate, check, report each fault as a line of JSON.

A fault is whatever leaves a reader that is not an error of cnnviz with one printable line: another exception, no answer
in time, more memory than allowed, or the death of the process.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

from tools.fuzz.areas import AREAS, Area
from tools.fuzz.mutate import mutate

#: Seconds of computing for one input, since a busy machine may let a process wait; how many times as long it may take
#: by the clock; and bytes above what the process holds when it starts.
PATIENCE, WAITING, MEMORY = 30, 10, 1 << 30
#: The most characters of a message.
LONGEST = 1200


def main(name: str, seed: int, seconds: float, inputs: int, findings: str) -> None:
    """Check mutated inputs until the time is over or so many are done."""
    area, rng = AREAS[name], random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="cnnviz-fuzz-") as place:
        seeds = Path(place, "seeds")
        seeds.mkdir()
        files = area.seeds(seeds)
        for file, content in files.items():
            _write(seeds / file, content)
        for file in files:
            fault = _fault(area, _prepared(Path(place), area, seeds, file, files[file]), file)
            if fault:
                raise SystemExit(f"the good file {file} is a fault: {fault}")
        _limit_memory()
        begun, done = time.monotonic(), 0
        names = sorted(files)
        while done < inputs and time.monotonic() - begun < seconds:
            file = rng.choice(names)
            content = mutate(files[file], rng)
            while rng.random() < 0.3:
                content = mutate(content, rng)
            last = Path(findings, f"{name}-last-{Path(file).name}")
            last.write_bytes(content)
            fault = _fault(area, _prepared(Path(place), area, seeds, file, content), file)
            done += 1
            if fault:
                kept = Path(findings, f"{name}-{fault.split(':')[0]}-{seed}-{done}-{Path(file).name}")
                kept.write_bytes(content)
                fault = f"{kept.name}: {fault}"
            last.unlink()
            _say({"done": done, "fault": fault})
    _say({"done": done, "fault": None, "end": True})


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _prepared(place: Path, area: Area, seeds: Path, file: str, content: bytes) -> Path:
    """Return a fresh folder with the input, and the files beside it."""
    work = place / "work"
    shutil.rmtree(work, ignore_errors=True)
    if area.whole:
        shutil.copytree(seeds, work)
    _write(work / file, content)
    return work


def _fault(area: Area, work: Path, file: str) -> str:
    from cnnviz.core.errors import CnnvizError

    for kind in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(kind, _too_long)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    signal.alarm(PATIENCE * WAITING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            area.check(work, file)
    except CnnvizError as error:
        text = str(error)
        if not text.isprintable() or not text or len(text) > LONGEST:
            return f"message: {text[:200]!r} of {len(text):,} characters"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if "cnnviz" in frame.filename] or frames
        where = f"{Path(own[-1].filename).name}:{own[-1].lineno}"
        return f"{type(error).__name__}: {where}: {str(error)[:200]!r}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
    return ""


class NoAnswerError(Exception):
    """An input that takes too long."""


def _too_long(*_: Any) -> None:
    raise NoAnswerError(f"no answer in {PATIENCE} s")


def _limit_memory() -> None:
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, held + MEMORY))


def _say(message: dict[str, Any]) -> None:
    os.write(int(sys.argv[6]), (json.dumps(message) + "\n").encode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
