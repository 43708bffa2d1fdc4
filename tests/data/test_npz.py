"""NPZ and NPY: the names that are known, and archives that lie."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from cnnviz.core.errors import DataError
from cnnviz.data import open_images

from .makers import npy_header, npz_bytes, zip_bytes

LABELS = np.array([0, 1, 2, 0, 1, 2])


def arrays(pictures: np.ndarray, names: str) -> dict[str, np.ndarray]:
    """Six training and three test pictures under four names."""
    test = 255 - pictures[:3]
    return dict(zip(names.split(), (pictures, LABELS, test, LABELS[:3]), strict=True))


@pytest.mark.parametrize(
    "names",
    [
        "x_train y_train x_test y_test",
        "train_x train_y test_x test_y",
        "X_train Y_train X_test Y_test",
        "train_images train_labels test_images test_labels",
        "arr_0 arr_1 arr_2 arr_3",
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_splits(tmp_path: Path, pictures: np.ndarray, names: str, packed: bool) -> None:
    path = tmp_path / "set.npz"
    path.write_bytes(npz_bytes(packed, **arrays(pictures, names)))
    for which, expected in (("", 255 - pictures[:3]), (":test", 255 - pictures[:3]), (":train", pictures)):
        images = open_images(f"{path}{which}")
        np.testing.assert_array_equal(images.pixels[..., 0], expected)
        assert images.labels is not None and images.labels.tolist() == LABELS[: len(expected)].tolist()
        assert images.source == f"{path}{which or ':test'}"


def test_labels_one_hot_and_pictures_flat(tmp_path: Path) -> None:
    flat = np.random.default_rng(0).random((3, 784)).astype(np.float32)
    one_hot = np.eye(10)[[4, 9, 0]]
    path = tmp_path / "set.npz"
    path.write_bytes(npz_bytes(arr_0=flat, arr_1=one_hot, arr_2=flat[:1], arr_3=one_hot[:1]))
    images = open_images(f"{path}:train")
    assert images.labels is not None and images.labels.tolist() == [4, 9, 0]
    np.testing.assert_array_equal(images.pixels.reshape(3, 784), flat)
    assert images.peak == 1 and images.notes == ("flat rows of 784 read as 28×28",)


@pytest.mark.parametrize(
    ("given", "labelled"),
    [({"anything": 0}, False), ({"x": 0, "y": 1}, True), ({"arr_0": 0, "arr_1": 1}, True), ({"pixels": 0}, False)],
)
def test_without_splits(tmp_path: Path, pictures: np.ndarray, given: dict[str, int], labelled: bool) -> None:
    path = tmp_path / "set.npz"
    path.write_bytes(npz_bytes(**{name: (pictures, LABELS)[which] for name, which in given.items()}))
    images = open_images(path)
    np.testing.assert_array_equal(images.pixels[..., 0], pictures)
    assert (images.labels is not None) == labelled


@pytest.mark.parametrize("name", ["set.npz", "set.npy"])
@pytest.mark.parametrize("turn", [np.asfortranarray, lambda a: a.astype(">u2"), lambda a: a.astype("<f8")])
def test_layouts(tmp_path: Path, pictures: np.ndarray, name: str, turn) -> None:
    with (tmp_path / name).open("wb") as file:
        if name.endswith("y"):
            np.save(file, turn(pictures))
        else:
            np.savez(file, x=turn(pictures))
    np.testing.assert_array_equal(open_images(tmp_path / name).pixels[..., 0], pictures)


def test_channels_first(tmp_path: Path) -> None:
    colour = np.random.default_rng(0).integers(0, 256, (2, 6, 5, 3), dtype=np.uint8)
    np.save(tmp_path / "c.npy", colour.transpose(0, 3, 1, 2))
    images = open_images(tmp_path / "c.npy")
    np.testing.assert_array_equal(images.pixels, colour)
    assert images.notes == ("channels moved last",)


PIXELS = np.zeros((3, 4, 4), np.uint8)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["not an .npz archive"]),
        (b"nothing of the kind", ["not an .npz archive"]),
        (npz_bytes(x=PIXELS)[:-30], ["not an .npz archive"]),
        (zip_bytes({}), ["holds no arrays"]),
        (zip_bytes({"a.txt": b"text"}), ["holds no arrays"]),
        (npz_bytes(x=PIXELS, y=np.array([0, 1])), ["3 images but 2 labels"]),
        (npz_bytes(x_train=PIXELS, y_train=np.array([0, 1, -1])), ["label 2 is -1"]),
        (npz_bytes(x_train=PIXELS, y_train=np.array([0, 1, np.nan])), ["label 2 is nan"]),
        (npz_bytes(x_train=PIXELS, y_train=np.array(["a", "b", "c"])), ["numbers"]),
        (npz_bytes(x=PIXELS, y=np.zeros((3, 2, 2))), ["labels of shape (3, 2, 2)"]),
        (npz_bytes(x=PIXELS, y=np.array([0, 1, 10**9])), ["label 2 is 1000000000", "classes are counted from 0"]),
        (npz_bytes(weights=PIXELS, bias=PIXELS), ["weights, bias", "x_train"]),
        (npz_bytes(x=PIXELS[:2, 0, :3]), ["rows of 3 pixels", "not a square number"]),
        (npz_bytes(x=np.zeros((2, 20, 20, 17))), ["(2, 20, 20, 17)"]),
        (npz_bytes(x=np.zeros((0, 5, 5))), ["no images"]),
        (npz_bytes(x=np.full((1, 5, 5), np.nan)), ["NaN"]),
        (npz_bytes(x=np.full((1, 5, 5), 1e300)), ["infinity"]),
        (npz_bytes(x=np.zeros((1, 5, 5), complex)), ["numbers"]),
        (npz_bytes(x=np.array(["a", None], object)), ["Python objects", "never loaded"]),
        (npz_bytes(x=np.zeros(3, [("a", "u1"), ("b", "u1")])), ["numbers"]),
        (zip_bytes({"x.npy": b"text"}), ["not a NumPy array"]),
        (zip_bytes({"x.npy": b"\x93NUMPY\x03\x00"}), ["unknown version"]),
        (zip_bytes({"x.npy": npy_header((3, 4, 4)) + bytes(10)}), ["header promises"]),
        (zip_bytes({"x.npy": npy_header((3, 4, 4)) + bytes(70_000)}), ["header promises"]),
        (zip_bytes({"x.npy": npy_header((3, 4, 4)) + bytes(49)}), ["but other data follow"]),
        (zip_bytes({"x.npy": npy_header((2**31, 2**31, 2**31))}), ["header promises"]),
        (zip_bytes({"x.npy": npy_header((-3, 4, 4))}), ["shape (-3, 4, 4)"]),
        (zip_bytes({"x.npy": npy_header((3, 4, 4), "|O") + b"\x80\x04K\x01."}), ["never loaded"]),
        (zip_bytes({"x.npy": npy_header((3, 4, 4)) + bytes(48)}, zipfile.ZIP_BZIP2), ["unusual compression"]),
    ],
)
def test_faults(tmp_path: Path, content: bytes, words: list[str], fails) -> None:
    path = tmp_path / "set.npz"
    path.write_bytes(content)
    with fails(DataError, path, *words):
        open_images(path)


def test_no_such_split(tmp_path: Path, fails) -> None:
    path = tmp_path / "set.npz"
    path.write_bytes(npz_bytes(x_train=PIXELS, y_train=np.zeros(3)))
    with fails(DataError, "no test images", "x_train"):
        open_images(f"{path}:test")


def test_nothing_is_unpickled(tmp_path: Path, fails) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (lambda _: None), ("never",)

    import pickle

    blob = pickle.dumps([print])
    (tmp_path / "x.npy").write_bytes(npy_header((1,), "|O") + blob)
    with fails(DataError, "never loaded"):
        open_images(tmp_path / "x.npy")


def _lying(content: bytes, size: int) -> bytes:
    """Change what the archive's directory says of its only member's unpacked size."""
    at = content.index(b"PK\x01\x02")
    return content[: at + 24] + size.to_bytes(4, "little") + content[at + 28 :]


@pytest.mark.parametrize("size", [100, 10**6, 4 * 10**9])
def test_directory_that_lies(tmp_path: Path, size: int, fails) -> None:
    path = tmp_path / "set.npz"
    path.write_bytes(_lying(zip_bytes({"x.npy": npy_header((3, 4, 4)) + bytes(48)}), size))
    with fails(DataError, path):
        open_images(path)


def test_wrong_checksum(tmp_path: Path, fails) -> None:
    content = bytearray(npz_bytes(False, x=PIXELS))
    content[content.index(b"\x93NUMPY") + 140] ^= 1
    (tmp_path / "set.npz").write_bytes(content)
    with fails(DataError, "damaged"):
        open_images(tmp_path / "set.npz")


def test_bomb_is_refused_before_unpacking(tmp_path: Path, monkeypatch, fails) -> None:
    monkeypatch.setattr("cnnviz.data.formats.limits.MAX_SET_BYTES", 10**6)
    path = tmp_path / "set.npz"
    path.write_bytes(npz_bytes(x=np.zeros((20, 1000, 1000), np.uint8)))
    with fails(DataError, "20.0 MB", "allowed"):
        open_images(path)


def test_npy_cut_short(tmp_path: Path, fails) -> None:
    buffer = io.BytesIO()
    np.save(buffer, PIXELS)
    (tmp_path / "x.npy").write_bytes(buffer.getvalue()[:-1])
    with fails(DataError, "x.npy", "damaged"):
        open_images(tmp_path / "x.npy")
