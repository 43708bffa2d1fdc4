"""CSV tables of image files: labels of every kind, and what is wrong with a table in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.core.errors import DataError
from cnnviz.data import open_images
from cnnviz.data.input_spec import InputSpec

LEVELS = (10, 200, 30)


@pytest.fixture
def table(tmp_path: Path):
    """Write three images and a table beside them, and return its path."""
    (tmp_path / "in").mkdir()
    for i, level in enumerate(LEVELS):
        Image.fromarray(np.full((5, 4), level, np.uint8)).save(tmp_path / "in" / f"{i}.png")

    def write(text: str) -> Path:
        (tmp_path / "t.csv").write_text(text)
        return tmp_path / "t.csv"

    return write


def rows(columns: str, *values: str, head: str = "file") -> str:
    return f"{head},{columns}\n" + "".join(f"in/{i}.png,{value}\n" for i, value in enumerate(values))


@pytest.mark.parametrize(
    ("text", "labels", "names"),
    [
        (rows("label", "cat", "dog", "cat"), [0, 1, 0], ("cat", "dog")),
        (rows("species", "cat", "dog", "cat"), [0, 1, 0], ("cat", "dog")),
        (rows("label", "2", "0", "1", head="Image"), [2, 0, 1], ("class 0", "class 1", "class 2")),
        (rows("width,label", "4,b", "4,a", "4,b"), [1, 0, 1], ("a", "b")),
        (rows("label", "cat", "dog", "cat").replace(",", ";"), [0, 1, 0], ("cat", "dog")),
        (rows("label", "cat", "dog", "cat").replace("/", "\\"), [0, 1, 0], ("cat", "dog")),
        (",file,label\n0,in/0.png,x\n1,in/1.png,y\n2,in/2.png,y\n", [0, 1, 1], ("x", "y")),
        ('file,label\nin/0.png,"a, b"\nin/1.png,c\nin/2.png,c\n', [0, 1, 1], ("a, b", "c")),
        ("file\nin/0.png\nin/1.png\nin/2.png\n", None, ()),
    ],
)
def test_classes(table, text: str, labels: list[int] | None, names: tuple[str, ...]) -> None:
    images = open_images(table(text))
    assert images.pixels[:, 0, 0, 0].tolist() == list(LEVELS) and images.class_names == names
    assert (None if images.labels is None else images.labels.tolist()) == labels


@pytest.mark.parametrize(
    ("text", "wanted", "names"),
    [
        (rows("age", "1.5", "-2", "7"), [[1.5], [-2], [7]], ()),
        (rows("x,y", "1,2", "3,4", "5,-6"), [[1, 2], [3, 4], [5, -6]], ("x", "y")),
        (rows("sea,sun", "1,1", "0,1", "0,0"), [[True, True], [False, True], [False, False]], ("sea", "sun")),
        (rows("tags", "sea;sun", "sun", "sun"), [[True, True], [False, True], [False, True]], ("sea", "sun")),
    ],
)
def test_rows_of_labels_and_numbers(table, text: str, wanted: list[list[float]], names: tuple[str, ...]) -> None:
    images = open_images(table(text), like=InputSpec(5, 4, 1))
    assert images.label_rows is not None and images.label_rows.dtype in (bool, np.float64)
    np.testing.assert_array_equal(images.label_rows, wanted)
    assert images.class_names == names and images.names == ("in/0.png", "in/1.png", "in/2.png")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("in/0.png,cat\nin/1.png,dog\n", "has no header; its first line must name the columns, such as file,label"),
        (rows("mask", "in/1.png", "in/2.png", "in/0.png"), "several columns of image files, 'file' and 'mask'"),
        (rows("a,b", "1,x", "2,y", "3,z"), "which of the columns a, b holds the label?"),
        (rows("label,class", "1,2", "1,2", "1,2"), "more than one column of labels"),
        (rows("label", "cat", "dog", "cat,1"), "line 4: 3 cells but 2 columns are named"),
        ("file,label\nin/0.png,a\n,b\n", "line 3: the cell of the image file is empty"),
        ("file,label\nin/0.png,a\nin/no.png,b\n", "no.png"),
        (rows("label", "cat", "", "cat"), "line 3: column label holds an empty cell"),
    ],
)
def test_faults(table, text: str, words: str, fails) -> None:
    with fails(DataError, words):
        open_images(table(text))


def test_a_table_of_many_cells_is_bounded_before_it_is_held(table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty cells have no letters, but take memory."""
    path = table("file,label" + ",c" * 40 + "\n" + ("in/0.png,a" + "," * 40 + "\n") * 50)
    monkeypatch.setattr("cnnviz.data.formats.csv_files.most_bytes", lambda: (40_000, "40 kB"))
    with pytest.raises(DataError, match=r"t\.csv, line 16: a table of files that takes more than 40 kB; split it"):
        open_images(path)
