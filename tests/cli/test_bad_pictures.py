"""Damaged and hostile image files end in one line, exit code 3, and nothing written."""

from __future__ import annotations

import gzip
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

HEADER = struct.pack(">HBBIII", 0, 8, 3, 2, 28, 28)
PIXELS = ",".join(f"pixel{i + 1}" for i in range(784))


def idx_truncated(path: Path) -> None:
    path.write_bytes(HEADER + bytes(784))


def idx_of_terabytes(path: Path) -> None:
    path.write_bytes(struct.pack(">HBBIII", 0, 8, 3, 2**31, 2**20, 28) + bytes(100))


def gz_bomb(path: Path) -> None:
    path.write_bytes(gzip.compress(HEADER + bytes(300 * 2**20), 9))


def csv_row(*cells: object) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        row = ["0"] * 785
        row[5 : 5 + len(cells)] = [str(cell) for cell in cells]
        path.write_text(f"label,{PIXELS}\n" + ",".join(row) + "\n")

    return write


def csv_missing_column(path: Path) -> None:
    path.write_text(f"label,{PIXELS}\n".replace(",pixel784", "") + ",".join(["0"] * 784) + "\n")


def csv_ragged(path: Path) -> None:
    path.write_text(f"label,{PIXELS}\n" + ",".join(["0"] * 785) + "\n" + ",".join(["0"] * 700) + "\n")


def npz_of_objects(path: Path) -> None:
    np.savez(path, x_test=np.array([{"a": 1}], dtype=object), y_test=np.zeros(1))


def npz_of_unequal_length(path: Path) -> None:
    np.savez(path, x_test=np.zeros((3, 28, 28), np.uint8), y_test=np.zeros(2, np.uint8))


def npz_that_lies(path: Path) -> None:
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (1000000000, 28, 28), }"
    header += b" " * (63 - (len(header) + 10) % 64) + b"\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_test.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(99))
        archive.writestr("y_test.npy", b"")


def png_corrupt(path: Path) -> None:
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (50, 50), dtype=np.uint8)).save(path)
    content = bytearray(path.read_bytes())
    path.write_bytes(content[: len(content) // 2])


def png_of_900_megapixels(path: Path) -> None:
    import zlib

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10))) + chunk(b"IEND", b"")
    )


def empty_folder(path: Path) -> None:
    path.mkdir()


FAULTS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "idx truncated": ("t10k-images-idx3-ubyte", idx_truncated),
    "idx of terabytes": ("t10k-images-idx3-ubyte", idx_of_terabytes),
    "gz bomb": ("t10k-images-idx3-ubyte.gz", gz_bomb),
    "csv text cell": ("a.csv", csv_row("x")),
    "csv 300": ("a.csv", csv_row(300)),
    "csv NaN": ("a.csv", csv_row("nan")),
    "csv negative": ("a.csv", csv_row(-1)),
    "csv missing column": ("a.csv", csv_missing_column),
    "csv ragged": ("a.csv", csv_ragged),
    "npz of objects": ("a.npz", npz_of_objects),
    "npz of unequal length": ("a.npz", npz_of_unequal_length),
    "npz that lies": ("a.npz", npz_that_lies),
    "png corrupt": ("a.png", png_corrupt),
    "png of 900 megapixels": ("a.png", png_of_900_megapixels),
    "an empty folder": ("folder", empty_folder),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_line_and_nothing_written(run, tmp_path: Path, fault: str) -> None:
    name, make = FAULTS[fault]
    make(tmp_path / name)
    done = run("activations", "--data", name, "--layer", "conv3", "--n", "1")
    assert done.code == 3, done.err
    assert done.out == ""
    assert done.err.startswith("cnnviz: ") and done.err.count("\n") == 1
    assert name in done.err
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_all_bad_files_of_a_folder_are_told_at_once(run, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("1.png", "2.jpg", "3.jpg", "4.jpg"):
        Image.fromarray(np.random.default_rng(0).integers(0, 255, (50, 50), dtype=np.uint8)).save(folder / name)
    for name in ("2.jpg", "4.jpg"):
        (folder / name).write_bytes((folder / name).read_bytes()[:-200])
    words = "2 of 4 images in photos cannot be read: 2.jpg (damaged), 4.jpg (damaged); repair or remove them"
    for arguments in (["photos"], [f"photos/{path.name}" for path in sorted(folder.iterdir())]):
        done = run("predict", *arguments, "--out", "said.csv")
        assert (done.code, done.out, done.err) == (3, "", f"cnnviz: {words}\n")
    assert run("predict", "photos", "--json").out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["photos"]
