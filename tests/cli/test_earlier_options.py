"""Options by their earlier names: they do the same, and --help no longer lists them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

PAIRS = {
    "maximize": (
        ("--layer", "conv1", "--channel", "0", "--steps", "1"),
        ("--cell", "centre", "--parametrisation", "pixels"),
        ("--cell", "center", "--parametrization", "pixels"),
    ),
    "data": (
        ("a.npy", "--without", "importance", "--without", "noise"),
        ("--against", "b.npy"),
        ("--other", "b.npy"),
    ),
    "similarity": (
        ("--n", "8", "--layer", "conv1"),
        ("--with", "fmnist-best"),
        ("--other", "fmnist-best"),
    ),
}


@pytest.mark.parametrize("command", list(PAIRS))
def test_the_earlier_name_does_the_same(run, command: str, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 2)):
        np.save(f"{name}.npy", np.random.default_rng(seed).integers(0, 256, (20, 8, 8), dtype=np.uint8))
    shared, earlier, now = PAIRS[command]
    for file, options in (("earlier.json", earlier), ("now.json", now)):
        done = run(command, *shared, *options, "--quiet", "--out", file)
        assert done.code == 0, done.err
    assert Path("earlier.json").read_bytes() == Path("now.json").read_bytes()
    said = run(command, "--help").out
    assert all(option in said for option in now if option.startswith("--"))
    assert not any(option in said for option in earlier if option.startswith("--") and option not in now)
    if command != "maximize":
        both = run(command, *shared, *earlier, *now)
        assert both.code == 2 and f"{earlier[0]} is the earlier name of --other; give one of them" in both.err


@pytest.mark.parametrize(("option", "code", "words"), [("--map", 2, "at least 3 images"), ("--no-map", 0, "")])
def test_a_report_takes_the_earlier_name_of_the_embedding(run, option: str, code: int, words: str) -> None:
    few = ("--n", "2", "--layer", "dense1", "--no-statistics", "--no-similarity", "--no-maximize", "--quiet")
    done = run("report", *few, option)
    assert done.code == code and words in done.err
    both = run("report", *few, option, "--embedding")
    assert both.code == 2 and "--map/--no-map is the earlier name of --embedding/--no-embedding" in both.err
