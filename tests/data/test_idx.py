"""IDX files: every type, the labels beside, folders, and headers that lie."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from cnnviz.core.errors import DataError, UsageError
from cnnviz.data import open_images
from cnnviz.data.formats.idx import read_idx

from .makers import IDX_TYPES, idx_bytes


@pytest.mark.parametrize("kind", IDX_TYPES)
@pytest.mark.parametrize("packed", [False, True])
def test_every_type_comes_back(tmp_path: Path, kind: str, packed: bool) -> None:
    array = np.arange(-3, 21).reshape(2, 3, 4).astype(kind)
    content = idx_bytes(array)
    path = tmp_path / "x.idx"
    path.write_bytes(gzip.compress(content) if packed else content)
    found = read_idx(path)
    assert found.dtype == array.dtype and found.dtype.isnative
    np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize(
    ("pictures_name", "labels_name"),
    [
        ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
        ("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"),
        ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte"),
        ("mine-test-images-idx3-ubyte", "mine-test-labels-idx1-ubyte.gz"),
    ],
)
def test_labels_are_found_beside(tmp_path: Path, pictures: np.ndarray, pictures_name: str, labels_name: str) -> None:
    labels = np.arange(6, dtype=np.uint8)
    for name, array in ((pictures_name, pictures), (labels_name, labels)):
        content = idx_bytes(array)
        (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    images = open_images(tmp_path / pictures_name)
    np.testing.assert_array_equal(images.pixels[..., 0], pictures)
    assert images.labels is not None and images.labels.tolist() == list(range(6))
    assert images.class_names == tuple("0123456789")


def test_without_labels(tmp_path: Path, pictures: np.ndarray) -> None:
    (tmp_path / "some.idx").write_bytes(idx_bytes(pictures))
    images = open_images(tmp_path / "some.idx")
    assert images.labels is None and len(images) == 6


def test_colour_has_four_axes(tmp_path: Path) -> None:
    colour = np.random.default_rng(0).integers(0, 256, (2, 5, 4, 3), dtype=np.uint8)
    (tmp_path / "c-images-idx4-ubyte").write_bytes(idx_bytes(colour))
    np.testing.assert_array_equal(open_images(tmp_path / "c-images-idx4-ubyte").pixels, colour)


def test_folder_chooses_the_split(tmp_path: Path, pictures: np.ndarray, fails) -> None:
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx_bytes(pictures))
    assert open_images(tmp_path).source == f"{tmp_path}:train"
    with fails(DataError, "no IDX file of test images"):
        open_images(f"{tmp_path}:test")
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx_bytes(pictures[:2]))
    assert len(open_images(tmp_path)) == 2
    assert len(open_images(f"{tmp_path}:train")) == 6


def test_folder_with_several_sets(tmp_path: Path, pictures: np.ndarray, fails) -> None:
    for name in ("emnist-letters-train-images-idx3-ubyte", "emnist-digits-train-images-idx3-ubyte"):
        (tmp_path / name).write_bytes(idx_bytes(pictures))
    with fails(DataError, "several sets", "emnist-digits"):
        open_images(tmp_path)


def _break(content: bytes, how: str) -> bytes:
    return {
        "empty": b"",
        "one byte": content[:1],
        "inside header": content[:10],
        "one short": content[:-1],
        "one long": content + b"\0",
        "magic": b"\1\0" + content[2:],
        "type": content[:2] + b"\x07" + content[3:],
        "no axes": content[:3] + b"\0" + content[4:],
        "many axes": content[:3] + b"\xff" + content[4:],
        "terabytes": content[:4] + struct.pack(">3I", 2**31, 2**31, 2**31) + content[16:],
        "more than packing can": content[:4] + struct.pack(">3I", 60000, 28, 28) + content[16:],
        "no images": content[:4] + struct.pack(">3I", 0, 28, 28),
        "no pixels": content[:4] + struct.pack(">3I", 6, 0, 0),
    }[how]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "how",
    (
        "empty,one byte,inside header,one short,one long,magic,type,no axes,many axes,terabytes,"
        "more than packing can,no images,no pixels"
    ).split(","),
)
def test_broken(tmp_path: Path, pictures: np.ndarray, how: str, packed: bool, fails) -> None:
    content = _break(idx_bytes(pictures), how)
    path = tmp_path / "x-images-idx3-ubyte"
    path.write_bytes(gzip.compress(content) if packed else content)
    with fails(DataError, path):
        open_images(path)


@pytest.mark.parametrize("how", ["cut", "checksum", "no deflate", "two bytes"])
def test_broken_packing(tmp_path: Path, pictures: np.ndarray, how: str, fails) -> None:
    packed = gzip.compress(idx_bytes(pictures))
    content = {
        "cut": packed[:-20],
        "checksum": packed[:-8] + b"\0\0\0\0" + packed[-4:],
        "no deflate": packed[:12] + b"\xff" * 20,
        "two bytes": b"\x1f\x8b",
    }[how]
    path = tmp_path / "x-images-idx3-ubyte.gz"
    path.write_bytes(content)
    with fails(DataError, path, "damaged or cut short"):
        open_images(path)


def test_bomb_is_not_unpacked(tmp_path: Path, pictures: np.ndarray, monkeypatch, fails) -> None:
    content = idx_bytes(pictures) + b"\0" * 200_000_000
    path = tmp_path / "x-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(content, 1))
    read = 0
    unpack = gzip.GzipFile.read

    def counting(self: gzip.GzipFile, size: int | None = -1) -> bytes:
        nonlocal read
        block = unpack(self, size)
        read += len(block)
        return block

    monkeypatch.setattr(gzip.GzipFile, "read", counting)
    with fails(DataError, "more follow"):
        open_images(path)
    assert read < 1000


def test_bomb_that_tells_its_size(tmp_path: Path, fails) -> None:
    head = struct.pack(">BBBB3I", 0, 0, 8, 3, 10**6, 100, 100)
    path = tmp_path / "x-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(head + b"\0" * 20_000_000, 1))
    with fails(DataError, "x-images-idx3-ubyte.gz", "10.0 GB"):
        open_images(path)


def test_labels_are_no_pictures(tmp_path: Path, fails) -> None:
    path = tmp_path / "x-labels-idx1-ubyte"
    path.write_bytes(idx_bytes(np.arange(6, dtype=np.uint8)))
    with fails(DataError, "labels or numbers, not images"):
        open_images(path)
    with fails(UsageError, "leave out ':train'"):
        open_images(f"{path}:train")


def test_labels_of_another_length(tmp_path: Path, pictures: np.ndarray, fails) -> None:
    (tmp_path / "x-images-idx3-ubyte").write_bytes(idx_bytes(pictures))
    (tmp_path / "x-labels-idx1-ubyte").write_bytes(idx_bytes(np.arange(5, dtype=np.uint8)))
    with fails(DataError, "x-images-idx3-ubyte", "6 images but 5 labels"):
        open_images(tmp_path / "x-images-idx3-ubyte")
