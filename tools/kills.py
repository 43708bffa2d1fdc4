"""Kill commands at random moments and look at what is there afterwards: ``python tools/kills.py --kills 20 --seed 1``.

A command that replaces an earlier result is killed (SIGKILL) at a moment of its run: the run is measured first, and
divided into as many parts as there are kills, with one moment in each, so that they are spread over all of it. The run
begins when TensorFlow is imported, since nothing happens before. Afterwards the earlier result or the whole new one has
to be there, and after the next write nothing else. A training is killed between its first and its last epoch and has
to end with the same bits when it is resumed. Prints a table; exit code 1 if anything was lost or left.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from cnnviz.core.files import write_bytes
from cnnviz.core.temporary import scratch_folder

ROOT = Path(__file__).resolve().parents[1]
#: Says when it is ready, then runs a command line.
CHILD = """
import sys
from cnnviz.models.import_tensorflow import tensorflow
tensorflow()
import keras
print("ready", flush=True)
from cnnviz.cli.main import main
main(sys.argv[1:])
"""
#: A kill that comes too late, because the run was quicker than the one that was measured, is tried again so often.
TRIES = 4
#: Seconds after which a run hangs.
PATIENCE = 900


@dataclass(frozen=True)
class Area:
    """A command line that replaces an earlier result, the words that make another one, and what is replaced."""

    title: str
    command: str
    earlier: str
    results: tuple[str, ...]


AREAS = {
    "gallery": Area(
        "page of a report", "report --n 60 --no-embedding --no-maximize --out page.html", "--n 20", ("page.html",)
    ),
    "stream": Area("stream to .npz", "activations --layer conv1 --n 1000 --out a.npz", "--n 10", ("a.npz",)),
    "ablate": Area(
        "ablate --save",
        "ablate --layer conv1 --n 40 --share 0.1 --out cost.json --save small.keras",
        "--share 0.3",
        ("cost.json", "small.keras"),
    ),
    "maximize": Area(
        "maximize", "maximize --layer conv1 --channel 0-7 --n 100 --steps 48 --out m.npz", "--steps 1", ("m.npz",)
    ),
}
TRAINING = (
    "train --layers",
    "conv 8 3x3, bn, relu, pool 2, dropout 0.3, flatten, dense 10",
    "--data sample --epochs 10 --seed 3 --change flip --quiet --out run",
)


@dataclass
class Found:
    """What kills of one area did: how many, what was there, and what was wrong."""

    kills: int = 0
    earlier: int = 0
    new: int = 0
    parts: int = 0
    wrong: list[str] = field(default_factory=list)


def main() -> int:
    """Run and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [*AREAS, "training"]
    parser.add_argument("--areas", default=",".join(names), help=f"some of {', '.join(names)}")
    parser.add_argument("--kills", type=int, default=20, help="of each area")
    parser.add_argument("--seed", type=int, default=None, help="a number; by default a new one each time")
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    print(f"seed {seed}\n\n| killed | kills | run, s | earlier result | new result | temporary files, swept | wrong |")
    print("|---|---:|---:|---:|---:|---:|---:|", flush=True)
    wrong = 0
    for name in given.areas.split(","):
        rng = random.Random(f"{seed} {name}")
        with tempfile.TemporaryDirectory(prefix="cnnviz-kills-") as place:
            title, length, found = kill_area(name, Path(place), given.kills, rng)
        counts = (found.kills, f"{length:.1f}", found.earlier, found.new, found.parts, len(found.wrong))
        print(f"| {title} |", *(f"{count} |" for count in counts), flush=True)
        print("".join(f"{one}\n" for one in found.wrong), end="", flush=True)
        wrong += len(found.wrong) + (found.kills < given.kills)
    return 1 if wrong else 0


def kill_area(name: str, place: Path, kills: int, rng: random.Random) -> tuple[str, float, Found]:
    """Do the kills of an area, and return its title, the length of its run in seconds and what was found."""
    if name == "training":
        return kill_training(place, kills, rng)
    area, found = AREAS[name], Found()
    old, new = place / "old", place / "new"
    run(old, [*area.command.split(), *area.earlier.split(), "--quiet"])
    length = run(new, [*area.command.split(), "--quiet"])
    for number, moment in enumerate(moments(kills, 0, length, rng)):
        work = place / f"{number}"
        shutil.copytree(old, work)
        if not kill(work, [*area.command.split(), "--quiet", "--force"], moment, old):
            found.wrong.append(f"the run ended before {moment:.2f} s {TRIES} times")
            continue
        found.kills += 1
        look(area, work, old, new, found)
    # The next run of the very command does as if nothing had happened.
    if kills:
        run(work, [*area.command.split(), "--quiet", "--force"])
        found.wrong += [f"after the next run {one} is not the new one" for one in differing(area, work, new)]
        found.wrong += unexpected(work, (*area.results, "next"))
    return area.title, length, found


def moments(count: int, first: float, last: float, rng: random.Random) -> list[float]:
    """Return a random moment of each of ``count`` equal parts of a time, in random order."""
    part = (last - first) / max(count, 1)
    return rng.sample([first + part * (number + rng.random()) for number in range(count)], count)


def look(area: Area, work: Path, old: Path, new: Path, found: Found) -> None:
    """Look at a folder after a kill, let the next write sweep it, and look again."""
    changed, still = differing(area, work, old), differing(area, work, new)
    found.wrong += [f"{one} is neither the earlier nor the new one" for one in changed if one in still]
    found.new += not still
    found.earlier += bool(still)
    found.parts += len(list(work.glob(".cnnviz-*")))
    found.wrong += unexpected(work, area.results, ".cnnviz-")
    write_bytes(work / "next", b"next")
    found.wrong += unexpected(work, (*area.results, "next")) + unswept(work)


def unexpected(work: Path, names: tuple[str, ...], allowed: str = "\\0") -> list[str]:
    """Return a line for each file that should not be in a folder."""
    there = sorted(one.name for one in work.iterdir() if one.name not in (*names, "tmp"))
    return [f"{one} was left" for one in there if not one.startswith(allowed)]


def unswept(work: Path) -> list[str]:
    """Return a line for each file that no further run deletes in the folder for temporary files."""
    with scratch_folder(work / "tmp") as scratch:
        # Keras makes an empty folder for the assets of each model that it saves.
        left = [one for one in (work / "tmp").iterdir() if one != scratch and (one.is_file() or any(one.iterdir()))]
    return [f"{one.name} was left among temporary files" for one in left]


def differing(area: Area, work: Path, other: Path) -> list[str]:
    """Return the results that are not those of another folder."""
    return [name for name in area.results if not same(work / name, other / name)]


def same(path: Path, other: Path) -> bool:
    """Whether two results are equal: byte for byte, or models of the same weights, since archives hold dates."""
    if path.suffix != ".keras" or path.read_bytes() == other.read_bytes():
        return path.read_bytes() == other.read_bytes()
    weights, others = weights_of(path), weights_of(other)
    return len(weights) == len(others) and all(map(np.array_equal, weights, others))


def weights_of(path: Path) -> list[np.ndarray]:
    """Return the weights of a model; an error where it is no whole model."""
    from cnnviz.models.import_tensorflow import tensorflow

    tensorflow()
    import keras

    return list(keras.models.load_model(path, compile=False).get_weights())


def run(work: Path, arguments: list[str]) -> float:
    """Run a command line to its end, and return the seconds that it took after its imports."""
    with start(work, arguments) as child:
        begun = time.monotonic()
        code = child.wait(PATIENCE)
    if code:
        raise SystemExit(f"cnnviz {' '.join(arguments)} ended with {code}")
    return time.monotonic() - begun


def kill(work: Path, arguments: list[str], moment: float, old: Path | None = None) -> bool:
    """Run a command line and kill it; False if it ended before, each time that it was tried from ``old``."""
    for _ in range(TRIES):
        with start(work, arguments) as child:
            try:
                child.wait(moment)
            except subprocess.TimeoutExpired:
                child.kill()
                return True
        if old:
            shutil.rmtree(work)
            shutil.copytree(old, work)
        # Quicker than measured: the same share of a shorter run.
        moment *= 0.8
    return False


def start(work: Path, arguments: list[str]) -> subprocess.Popen[str]:
    """Start a command line in a folder, and return when its imports are done."""
    (work / "tmp").mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"TMPDIR": str(work / "tmp"), "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments],
        cwd=work,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    ready, _, _ = select.select([child.stdout], [], [], PATIENCE)
    if not ready or child.stdout.readline() != "ready\n":
        child.kill()
        raise SystemExit("a command does not start")
    return child


def kill_training(place: Path, kills: int, rng: random.Random) -> tuple[str, float, Found]:
    """Kill a training between its first and its last epoch, resume it, and compare it with one that nobody killed."""
    found, whole = Found(), place / "whole"
    arguments = [*TRAINING[0].split(), TRAINING[1], *TRAINING[2].split()]
    first, last, length = epochs_of(whole, arguments)
    for number, moment in enumerate(moments(kills, first, last, rng)):
        work = place / f"{number}"
        if not kill_between(work, arguments, moment):
            found.wrong.append(f"no kill between the first and the last epoch in {TRIES} tries")
            continue
        found.kills += 1
        found.earlier += 1
        found.parts += len(list((work / "run").rglob(".cnnviz-*")))
        run(work, [*arguments, "--resume"])
        found.wrong += [f"after kill {number} {one} is not that of the whole training" for one in unlike(work, whole)]
        found.wrong += [f"{one.name} was left" for one in (work / "run").rglob(".cnnviz-*")]
        found.wrong += unswept(work)
        shutil.rmtree(work)
    return "training, resumed", length, found


def epochs_of(work: Path, arguments: list[str]) -> tuple[float, float, float]:
    """Train, and return when the first epoch ended, when the last one began, and when all was done, in seconds."""
    rows, seen = 0, []
    with start(work, arguments) as child:
        begun = time.monotonic()
        while child.poll() is None:
            now = len(history(work))
            if now != rows:
                rows = now
                seen.append(time.monotonic() - begun)
            time.sleep(0.01)
    if child.returncode or len(seen) < 3:
        raise SystemExit(f"the training ended with {child.returncode} after {rows} epochs")
    return seen[0], seen[-2], time.monotonic() - begun


def kill_between(work: Path, arguments: list[str], moment: float) -> bool:
    """Kill a training at a moment at which it has done an epoch and not begun the last."""
    for _ in range(TRIES):
        shutil.rmtree(work, ignore_errors=True)
        killed = kill(work, arguments, moment)
        done = len(history(work))
        if killed and 1 <= done < EPOCHS - 1:
            return True
        moment *= 1.15 if not done else 0.85
    return False


EPOCHS = int(TRAINING[2].split("--epochs ")[1].split()[0])


def history(work: Path) -> list[int]:
    """Return the numbers of the epochs that are done."""
    file = work / "run" / "history.json"
    return list(json.loads(file.read_text())["history"]["epoch"]) if file.exists() else []


def unlike(work: Path, whole: Path) -> list[str]:
    """Return what is not the same, to the last bit, in two run folders; times apart."""
    pairs: dict[str, Callable[[Path], object]] = {
        "model": lambda place: [one.tobytes() for one in weights_of(place / "run" / "model.keras")],
        "snapshots": lambda place: {
            one.name: one.read_bytes() for one in sorted((place / "run" / "snapshots").iterdir())
        },
        "number of epochs": lambda place: len(history(place)),
    }
    return [name for name, of in pairs.items() if of(work) != of(whole)]


if __name__ == "__main__":
    sys.exit(main())
