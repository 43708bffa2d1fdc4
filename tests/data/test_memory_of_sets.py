"""The memory of a set of gigabytes, measured in a process of its own."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.data.makers import idx_bytes
from tests.helpers.sweeps import sweep

#: Opens a set in a process whose memory may grow by 400 MB, and prints what it is and the megabytes that were held.
OPEN = """
import resource, sys
from cnnviz.core.errors import DataError
from cnnviz.data.open import open_images

def megabytes(name):
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name))) // 1024

before = megabytes("VmHWM")
if sys.argv[2] != "None":
    most = megabytes("VmSize") + 400 << 20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
try:
    print(repr(open_images(sys.argv[1], limit=int(sys.argv[3]) or None)))
except DataError as error:
    print(error)
print(megabytes("VmHWM") - before)
"""


def sparse(path: Path, kind: str, item: int, count: int) -> Path:
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": kind, "fortran_order": False, "shape": (count, 30, 30)})
        file.truncate(file.tell() + count * 900 * item)
    return path


def bomb(path: Path, count: int) -> Path:
    """An IDX file of so many black images in many members of gzip, a thousandth of their size."""
    million = gzip.compress(bytes(900_000))
    head = idx_bytes(np.zeros((0, 30, 30), np.uint8))
    head = head[:4] + count.to_bytes(4, "big") + head[8:]
    path.write_bytes(gzip.compress(head) + million * (count // 1000))
    return path


LARGE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "sparse bytes": (lambda folder: sparse(folder / "a.npy", "|u1", 1, 4_000_000), "3 of 30×30×1 uint8"),
    "sparse floats": (lambda folder: sparse(folder / "a.npy", "<f4", 4, 250_000), "3 of 30×30×1 float32"),
    "gzip": (lambda folder: bomb(folder / "images-idx3-ubyte.gz", 2_800_000), "3 of 30×30×1 uint8"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="not for this platform: it has no /proc")
@pytest.mark.parametrize("what", sweep(LARGE, "gzip"))
def test_three_images_of_gigabytes_take_no_memory(tmp_path: Path, what: str) -> None:
    make, words = LARGE[what]
    path = make(tmp_path)
    said, grown = opened(path, True, 3)
    assert words in said and int(grown) < 100
    # All of it is more than this process may hold.
    said, grown = opened(path, True, 0)
    assert "limit=1000" in said and "more than the" in said and int(grown) < 100


@pytest.mark.skipif(sys.platform != "linux", reason="not for this platform: it has no /proc")
def test_a_large_set_takes_no_memory_unlimited(tmp_path: Path) -> None:
    said, grown = opened(sparse(tmp_path / "a.npy", "|u1", 1, 4_000_000), False, 0)
    assert "Images(4000000 of 30×30×1 uint8" in said and int(grown) < 150
    said, grown = opened(bomb(tmp_path / "images-idx3-ubyte.gz", 320_000), False, 0)
    assert "Images(320000 of 30×30×1 uint8" in said and int(grown) < 150


def opened(path: Path, bounded: bool, limit: int) -> tuple[str, str]:
    command = [sys.executable, "-c", OPEN, str(path), str(bounded or None), str(limit)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    said, grown = run.stdout.strip().split("\n")
    return said, grown
