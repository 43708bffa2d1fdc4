"""The same inputs give the same bytes: whatever the hash seed, the folder, the clock, the time zone and the locale."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.sweeps import slow

#: Runs the command several times in one process, so that TensorFlow is loaded once, with a clock that is off.
RUNS = """
import sys, time
off, real = float(sys.argv[1]), time.time
time.time = lambda: real() + off
from cnnviz.cli.main import main
for line in sys.stdin.read().splitlines():
    try:
        main(line.split())
    except SystemExit as end:
        assert not end.code, (line, end.code)
"""
WANTED = {
    "page.html": "activations --layer conv2 --n 4",
    "all.html": "activations --n 2",
    "sheet.png": "activations --layer conv1 --n 1",
    "maps.npz": "activations --layer conv3 --layer dense1 --n 4",
    "maps.json": "activations --layer pool2 --n 2",
    "maps.gif": "activations --layer conv3 --n 3",
    "maps.csv": "activations --layer conv3 --n 3",
}
REPORT = {"report.html": "report --n 20 --no-maximize"}


def made(wanted: dict[str, str], folder: Path, seed: str, off: float, **environment: str) -> dict[str, str]:
    """Make everything in a process of its own and return what was made, by name, as hashes."""
    folder.mkdir(parents=True)
    lines = "\n".join(f"{command} --out {name} --quiet" for name, command in wanted.items())
    subprocess.run(
        [sys.executable, "-c", RUNS, str(off)],
        input=lines,
        text=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": seed, **environment},
        check=True,
    )
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


@pytest.mark.parametrize("wanted", slow(WANTED, REPORT), ids=["all", "report"])
def test_the_same_inputs_give_the_same_bytes(tmp_path: Path, wanted: dict[str, str]) -> None:
    first = made(wanted, tmp_path / "a", "1", 0)
    second = made(wanted, tmp_path / "another folder" / "b", "2", 40 * 86400, TZ="Pacific/Apia", LC_ALL="C")
    assert set(first) == set(wanted)
    assert first == second
    page = next((tmp_path / "a").glob("*.html")).read_text("utf-8")
    text = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert text and json.loads(text[1])["network"]["manifest"], "the network is in the page"


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_what_has_not_changed_is_not_written_again(run, force: list[str]) -> None:
    wanted = ["activations", "--layer", "conv3", "--n", "2", "--out", "a.html"]
    assert run(*wanted).code == 0
    file = Path("a.html")
    os.utime(file, (1e9, 1e9))
    before = file.stat()
    outcome = run(*wanted, *force)
    assert (outcome.code, outcome.out) == (0, "a.html\n")
    assert (file.stat().st_mtime, file.stat().st_ino) == (1e9, before.st_ino)
    assert list(Path().iterdir()) == [file]
