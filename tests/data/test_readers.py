"""The table of readers, and the example of docs/write-a-reader.md, read from the text of that page."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cnnviz.core.errors import DataError, UsageError
from cnnviz.data import open_images
from cnnviz.data.dispatch import split_names
from cnnviz.data.formats.file_head import FileHead
from cnnviz.data.formats.readers import READERS, Reader, find_reader, format_words

ROOT = Path(__file__).resolve().parents[2]
MODULE, LINE = re.findall(
    r"^```python\n(.*?)^```", (ROOT / "docs" / "write-a-reader.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
)
#: Two red images, then a blue one, of classes 3, 0 and 3.
RECORDS = np.zeros((3, 3073), np.uint8)
RECORDS[:, 0] = 3, 0, 3
RECORDS[:2, 1:1025] = 200
RECORDS[2, 2049:] = 100


@pytest.fixture
def documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The documented reader in a module of its own, in the table until the test is over; a folder with a file of it."""
    (tmp_path / "cifar_binary.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    before = list(READERS)
    exec(LINE, {})
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "data_batch_1.bin").write_bytes(RECORDS.tobytes())
    yield folder
    READERS[:] = before
    sys.modules.pop("cifar_binary", None)


def test_a_new_reader_opens_its_files(documented: Path) -> None:
    images = open_images(documented / "data_batch_1.bin")
    assert images.shape == (32, 32, 3) and images.labels is not None and images.labels.tolist() == [3, 0, 3]
    np.testing.assert_array_equal(images.pixels[:, 5, 7], [[200, 0, 0], [200, 0, 0], [0, 0, 100]])
    reader = find_reader(documented / "data_batch_1.bin")
    assert reader is not None and reader.name == "cifar"


def test_a_new_reader_is_in_messages(documented: Path, fails) -> None:
    (documented / "notes.txt").write_text("no images")
    with fails(DataError, "not in a supported format; give one of these: PNG,", ", IDX, CIFAR"):
        open_images(documented / "notes.txt")
    with fails(DataError, "holds no images", "name one of its files, such as data_batch_1.bin"):
        open_images(documented)
    with fails(UsageError, "without a train and a test part"):
        open_images(f"{documented / 'data_batch_1.bin'}:train")
    (documented / "empty.bin").write_bytes(b"")
    with fails(DataError, "does not hold whole records"):
        open_images(documented / "empty.bin")


@pytest.mark.parametrize("command", ["activations", "train"])
def test_a_new_reader_is_in_help_texts_without_being_loaded(documented: Path, command: str) -> None:
    code = (
        f"{LINE}\nimport sys\nfrom cnnviz.cli.main import main\n"
        f"try:\n    main([{command!r}, '--help'])\nfinally:\n    print('loaded:', 'cifar_binary' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=documented.parent)
    words = " ".join(done.stdout.split())
    assert "IDX, CIFAR." in words and "loaded: False" in words, done.stderr


def test_listing_the_formats_loads_no_reader() -> None:
    code = (
        "import sys; from cnnviz.data.formats.readers import format_words; words = format_words(); "
        "print([name for name in sys.modules if name == 'numpy' or name.startswith('cnnviz.data.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = ("formats", "paths", "formats.file_head", "formats.readers")
    assert set(eval(done.stdout)) == {f"cnnviz.data.{name}" for name in names}


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_every_module_keeps_to_the_table(reader: Reader, tmp_path: Path) -> None:
    code = reader.code
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in code.SUFFIXES)
    for suffix in code.SUFFIXES:
        assert reader.recognizes(FileHead(tmp_path / f"A{suffix.upper()}", b""))
    assert reader.splits == hasattr(code, "file_splits")
    assert [other.name for other in READERS].count(reader.name) == 1


def test_formats_with_labels_are_those_whose_readers_return_labels() -> None:
    assert format_words() == "PNG, JPEG, WebP, BMP, GIF, TIFF, AVIF, HEIC, DICOM, NPZ, NPY, CSV, IDX"
    assert format_words(labels=True) == "NPZ, CSV, IDX"


def test_content_counts_where_the_name_says_nothing(tmp_path: Path, pictures: np.ndarray, save) -> None:
    save(pictures[0], "image.png").rename(tmp_path / "image.data")
    np.savez(tmp_path / "set.npz", x_train=pictures, y_train=range(6), x_test=pictures[:2], y_test=range(2))
    assert open_images(tmp_path / "image.data").shape == (5, 4, 1)
    assert split_names(tmp_path / "set.npz") == ("train", "test")
    (tmp_path / "set.npz").rename(tmp_path / "set.data")
    assert len(open_images(tmp_path / "set.data")) == 2 and len(open_images(f"{tmp_path}/set.data:train")) == 6
