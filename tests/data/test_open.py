"""What open_images takes, and what it says to the rest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cnnviz.core.errors import CnnvizError, DataError, UsageError
from cnnviz.data import Images, open_images
from cnnviz.data.class_names import FASHION_MNIST
from cnnviz.data.input_spec import InputSpec

from .makers import csv_bytes


def test_arrays(pictures: np.ndarray) -> None:
    images = open_images((pictures, [0, 1, 2, 0, 1, 2]), class_names=["hat", "sock", "glove"])
    assert images.labels is not None and images.labels.tolist() == [0, 1, 2, 0, 1, 2]
    assert images.class_names == ("hat", "sock", "glove") and images.source == "array"
    assert open_images(pictures).labels is None
    assert open_images(pictures.tolist()).shape == (5, 4, 1)
    assert open_images(pictures[0][:4]).pixels.shape == (1, 4, 4, 1)
    assert open_images(pictures > 9).pixels.max() == 255


def test_images_pass_through(pictures: np.ndarray) -> None:
    images = Images(pictures)
    assert open_images(images) is images
    assert open_images(images, limit=2).indices.tolist() == [0, 1]  # type: ignore[union-attr]
    assert open_images(images, like=InputSpec(10, 8, 3)).shape == (10, 8, 3)


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("nonsense", DataError, ["'nonsense'", "sample", "fmnist"]),
        ("", DataError, ["sample"]),
        ("sample:train", DataError, ["'sample:train'"]),
        ("fmnist:both", DataError, ["'fmnist:both'", "fmnist:train"]),
        ("no/such.png", DataError, ["there is no file or folder no/such.png"]),
        ("nowhere.csv", DataError, ["there is no file or folder nowhere.csv"]),
        ("~/nowhere/at all", DataError, ["there is no file or folder"]),
        ("~nobody-of-that-name/x", DataError, ["there is no file or folder"]),
        ("a\0b", DataError, ["choose from"]),
        ("x" * 5000, DataError, ["choose from"]),
        ("/" + "x" * 5000, DataError, ["there is no file"]),
        ("a\nb", DataError, ["choose from"]),
        (Path("sample"), DataError, ["there is no file or folder sample"]),
        (None, DataError, ["numbers"]),
        (7, DataError, ["shape ()"]),
        ({}, DataError, ["numbers"]),
        ([[1, 2], [3]], DataError, ["not images"]),
        (np.zeros((2, 20, 20, 17)), DataError, ["(2, 20, 20, 17)", "1 to 16"]),
        (np.zeros((2, 3)), DataError, ["not a square number"]),
        (np.array([[["a"]]]), DataError, ["numbers"]),
        ((np.zeros((2, 3, 3)), [0]), DataError, ["2 images but 1 labels"]),
        ((np.zeros((1, 3, 3)), ["shirt"]), DataError, ["class numbers"]),
        ((np.zeros((1, 3, 3)), [-1]), DataError, ["label 0 is -1"]),
        ([], DataError, ["empty"]),
        ((), DataError, ["empty"]),
    ],
)
def test_what_is_refused(source: object, kind: type[CnnvizError], words: list[str], fails) -> None:
    with fails(kind, *words):
        open_images(source)


def test_options_are_checked(pictures: np.ndarray, fails) -> None:
    with fails(UsageError, "limit"):
        open_images(pictures, limit=0)
    with fails(UsageError, "auto, yes or no"):
        open_images(pictures, invert="perhaps")  # type: ignore[arg-type]
    with fails(DataError, "labels up to 2", "1 class names"):
        open_images((pictures[:3], [0, 1, 2]), class_names=["one"])


def test_files_of_no_known_kind(tmp_path: Path, fails) -> None:
    for name, content in (("x.txt", b"text"), ("x", b""), ("x.h5", b"\x89HDF\r\n"), ("x.gz", b"\x1f\x8b")):
        (tmp_path / name).write_bytes(content)
        with fails(DataError, tmp_path / name):
            open_images(tmp_path / name)
    (tmp_path / "model.keras").write_bytes(b"PK\x05\x06" + bytes(18))
    with fails(DataError, "holds no arrays"):
        open_images(tmp_path / "model.keras")


def test_home_is_understood(tmp_path: Path, monkeypatch, pictures: np.ndarray) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    np.save(tmp_path / "x.npy", pictures)
    assert len(open_images("~/x.npy")) == 6


def test_a_file_whose_name_ends_like_a_split(tmp_path: Path, pictures: np.ndarray) -> None:
    try:
        with (tmp_path / "odd:train").open("wb") as file:
            np.save(file, pictures)
    except OSError:
        pytest.skip("not for this platform: it refuses colons in names")
    assert len(open_images(f"{tmp_path}/odd:train")) == 6


def test_known_garments_are_recognised(tmp_path: Path) -> None:
    sample = open_images("sample")
    assert sample.labels is not None
    some = np.random.default_rng(0).permutation(1000)[:20]
    pixels, labels = sample.pixels[some, ..., 0], sample.labels[some]
    path = tmp_path / "mine.csv"
    path.write_bytes(csv_bytes(pixels, labels))
    assert open_images(path).class_names == FASHION_MNIST
    assert open_images(path, class_names=list("abcdefghij")).class_names == tuple("abcdefghij")
    path.write_bytes(csv_bytes(255 - pixels, labels))
    assert open_images(path).class_names == tuple("0123456789")
    path.write_bytes(csv_bytes(pixels, (labels + 1) % 10))
    assert open_images(path).class_names == tuple("0123456789")
    path.with_name("fashion-mnist_test.csv").write_bytes(csv_bytes(255 - pixels, labels))
    assert open_images(path.with_name("fashion-mnist_test.csv")).class_names == FASHION_MNIST


def test_more_classes_than_ten(pictures: np.ndarray) -> None:
    assert len(open_images((pictures, [25, 0, 0, 0, 0, 0])).class_names) == 26


def test_importing_is_light() -> None:
    """Nothing heavy is imported before it is needed, so that --help is there at once."""
    code = (
        "import sys; import cnnviz.data; "
        "print([m for m in ('tensorflow', 'keras', 'matplotlib', 'skimage', 'pooch', 'PIL', 'scipy', 'requests', "
        "'platformdirs') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
