"""Work for hours and print a table of what was held and a verdict: ``python -m tools.soak --hours 2 --seed 1``.

A round does every job once in this process and every command line once, in a random order with random choices; two of
the command lines run as a shell would run them, in a process of their own. Each works in an empty folder, which is
searched for half-written files and emptied. Exit code 1 if a job failed, something grew or something was left.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path

for _name, _value in (("TF_CPP_MIN_LOG_LEVEL", "3"), ("CUDA_VISIBLE_DEVICES", "-1"), ("KERAS_BACKEND", "tensorflow")):
    os.environ.setdefault(_name, _value)
os.environ.setdefault("MPLBACKEND", "Agg")

from tools.soak import commands, gauges, jobs, materials, verdict  # noqa: E402 - TensorFlow reads its settings first


def main() -> int:
    """Run and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=2, help="how long; at least one round")
    parser.add_argument("--seed", type=int, default=None, help="a number; by default a new one each time")
    parser.add_argument("--only", default="", help="some of the jobs, by name, separated by commas")
    parser.add_argument("--log", type=Path, default=None, help="a file for the readings, a line of JSON each")
    parser.add_argument(
        "--judge", type=Path, default=None, help="judge the log of a run, ended or not, and run nothing"
    )
    given = parser.parse_args()
    if given.judge:
        return judge_log(given.judge)
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    print(f"seed {seed}, {given.hours:g} hours", flush=True)
    with tempfile.TemporaryDirectory(prefix="cnnviz-soak-") as place:
        return Soak(Path(place), seed, given.log).run(given.hours, set(filter(None, given.only.split(","))))


def say(found: verdict.Verdict) -> int:
    """Print a verdict and return the exit code."""
    growth = ", ".join(f"{name} {value:+.1f}" for name, value in found.growth.items())
    print(f"growth an hour after the first {verdict.WARM_UP:.0%} of the run: {growth}")
    print("\n".join(found.complaints) or "flat, and nothing is left")
    return 1 if found.complaints else 0


def judge_log(log: Path) -> int:
    """Judge a run by its log."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    rounds = [line for line in lines if "reading" in line]
    faults = [line["fault"] for line in lines if "fault" in line]
    if len(rounds) < 2:
        sys.exit("nothing to judge: fewer than two rounds are done")
    readings = [gauges.Reading(**line["reading"]) for line in rounds]
    print(f"{len(rounds)} rounds in {rounds[-1]['hours']:.2f} hours")
    return say(verdict.judge([line["hours"] for line in rounds], readings, faults))


class Soak:
    """A run with its folders, readings and faults."""

    def __init__(self, place: Path, seed: int, log: Path | None):
        self.rng = random.Random(seed)
        self.work = place / "work"
        self.temporary = gauges.private_folder(place / "tmp")
        self.have = materials.make(place / "have")
        self.empty(self.temporary)
        self.log = log
        self.faults: list[str] = []
        self.grown: defaultdict[str, float] = defaultdict(float)
        self.rounds_done = 0

    def run(self, hours: float, only: set[str]) -> int:
        """Work, print a line each round, and return the exit code.

        After each round Keras' own session is cleared, as its manual asks of a process that makes many models.
        """
        import keras

        begun, times, readings = time.monotonic(), [], []
        columns = ("hours", "rounds", *(one.name for one in fields(gauges.Reading)), "faults")
        print(f"| {' | '.join(columns)} |\n|{'---:|' * len(columns)}", flush=True)
        while not times or times[-1] < hours:
            self.round(only)
            keras.backend.clear_session()
            self.rounds_done += 1
            times.append((time.monotonic() - begun) / 3600)
            readings.append(gauges.read((self.temporary,)))
            row = asdict(readings[-1])
            cells = (f"{times[-1]:.2f}", len(times), *(f"{value:,.0f}" for value in row.values()), len(self.faults))
            print("|", *(f"{cell} |" for cell in cells), flush=True)
            self.note({"hours": times[-1], "reading": row})
        most = sorted(self.grown.items(), key=lambda item: -item[1])[:6]
        print(
            "\nmemory by job, all rounds but the first:", ", ".join(f"{name} {value:+.0f} MB" for name, value in most)
        )
        return say(verdict.judge(times, readings, self.faults))

    def round(self, only: set[str]) -> None:
        """Do everything once."""
        lines = commands.command_lines(self.have, self.rng)
        shell = set(self.rng.sample(sorted(lines), 2))
        tasks: dict[str, Callable[[], None]] = {}
        for name, job in jobs.JOBS.items():
            tasks[name] = lambda job=job: job(jobs.Asked(self.work, self.rng, self.have))  # type: ignore[misc]
        for name, (line, code) in lines.items():
            run = commands.run_shell if name in shell else commands.run_here
            tasks[f"cnnviz {name}"] = lambda run=run, line=line, code=code: run(line, code, self.work)  # type: ignore[misc]
        for name in self.rng.sample(sorted(tasks), len(tasks)):
            if not only or name in only:
                self.do(name, tasks[name])

    def do(self, name: str, task: Callable[[], None]) -> None:
        """Do one task in an empty folder; note what it fails with, leaves behind and adds to memory."""
        self.work.mkdir()
        before, begun = gauges.resident(), time.monotonic()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                task()
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            self.fault(f"{name}: {type(error).__name__}: {str(error)[:300]} ({Path(last.filename).name}:{last.lineno})")
        for left in gauges.half_written(self.work):
            self.fault(f"{name} left {left}")
        shutil.rmtree(self.work)
        for left in sorted(map(str, self.temporary.rglob("*"))):
            self.fault(f"{name} left {left}")
        self.empty(self.temporary)
        gc.collect()
        grown = gauges.resident() - before
        if self.rounds_done:
            self.grown[name] += grown
        self.note({"task": name, "seconds": round(time.monotonic() - begun, 2), "grown": round(grown, 2)})

    def empty(self, folder: Path) -> None:
        """Delete what is in a folder."""
        shutil.rmtree(folder)
        folder.mkdir()

    def fault(self, what: str) -> None:
        """Note a fault, and say it at once."""
        self.faults.append(what)
        self.note({"fault": what})
        print(f"{what}\n", end="", file=sys.stderr, flush=True)

    def note(self, what: dict[str, object]) -> None:
        """Add a line to the log."""
        if self.log:
            with self.log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(what) + "\n")


if __name__ == "__main__":
    sys.exit(main())
