"""CSV tables: what they may look like, and errors with line and column."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import DataError
from cnnviz.data import open_images
from cnnviz.data.missing_values import MissingPixels

from .makers import csv_bytes

HEAD = b"label,pixel1,pixel2,pixel3,pixel4\n"


@pytest.fixture
def square(pictures: np.ndarray) -> np.ndarray:
    return pictures[:, :4]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_round_trip(tmp_path: Path, square: np.ndarray, line_end: str, packed: bool) -> None:
    labels = np.array([3, 1, 4, 1, 5, 9])
    content = csv_bytes(square, labels, line_end)
    path = tmp_path / ("x.csv.gz" if packed else "x.csv")
    path.write_bytes(gzip.compress(content) if packed else content)
    images = open_images(path)
    np.testing.assert_array_equal(images.pixels[..., 0], square)
    assert images.labels is not None and images.labels.tolist() == labels.tolist()
    assert images.pixels.dtype == np.uint8 and images.pixels.flags.c_contiguous


@pytest.mark.parametrize(
    "content",
    [
        HEAD + b"7,1,2,3,4",
        HEAD + b" 7 ,1, 2,3,4  \n\n",
        HEAD + b"\n7,1,2,3,4\n\n",
        b"\xef\xbb\xbf" + HEAD + b"7,1,2,3,4\n",
        b'"label","pixel0","pixel1","pixel2","pixel3"\n"7","1","2","3","4"\n',
        b"1x1,1x2,2x1,2x2,Label\n1,2,3,4,7\n",
        HEAD + b"007,001,2,3,4\n",
        HEAD + b"7.0,1.0,2,3.00,4.0\n",
    ],
)
def test_spellings(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    images = open_images(tmp_path / "x.csv")
    assert images.pixels.reshape(-1).tolist() == [1, 2, 3, 4]
    assert images.labels is not None and images.labels.tolist() == [7]


@pytest.mark.parametrize("nothing", ["", "NaN", '""', "NA", " ", "null"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_missing_pixels_are_counted_and_their_pictures_left_out(tmp_path: Path, nothing: str, line_end: str) -> None:
    """As pandas writes them: a column with a value missing has decimals."""
    rows = ["label,pixel1,pixel2,pixel3,pixel4", "7,1,2.0,3,4", f"5,1,{nothing},3,{nothing}", "", "6,9,8.0,7,6"]
    path = tmp_path / "x.csv"
    path.write_bytes(line_end.join(rows).encode())
    with pytest.raises(MissingPixels) as caught:
        open_images(path)
    assert (caught.value.values, caught.value.pictures.tolist(), caught.value.total) == (2, [1], 3)
    rest = caught.value.without()
    assert rest.pixels.reshape(2, 4).tolist() == [[1, 2, 3, 4], [9, 8, 7, 6]] and rest.labels.tolist() == [7, 6]
    assert rest.pixels.dtype == np.uint8 and rest.peak == 255
    report = cnnviz.profile_images(path, parts=())
    assert (report.first.missing_values, report.first.missing_pictures) == (2, (1,)) and len(report.first) == 2


def test_unlabelled(tmp_path: Path, square: np.ndarray) -> None:
    (tmp_path / "x.csv").write_bytes(csv_bytes(square, None))
    images = open_images(tmp_path / "x.csv")
    assert images.labels is None
    np.testing.assert_array_equal(images.pixels[..., 0], square)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["is empty"]),
        (HEAD, ["a header but no images"]),
        (HEAD + b"\n\n", ["a header but no images"]),
        (b"7,1,2,3,4\n", ["has no header", "label,pixel1"]),
        (HEAD.replace(b",pixel2", b""), ["line 1", "3 pixel columns", "number 2 is missing", "not a square number"]),
        (HEAD.replace(b"pixel2", b"id"), ["line 1", "'id'", "neither label nor a pixel"]),
        (HEAD.replace(b"pixel4", b"class"), ["line 1", "more than one column of labels"]),
        (b"label\n1\n", ["0 pixel columns"]),
        (HEAD + b"7,1,2,3,300\n", ["line 2", "pixel4", "'300'", "0 to 255"]),
        (HEAD + b"7,1,2,3,4\n7,1,-1,3,4\n", ["line 3", "pixel2", "'-1'"]),
        (HEAD + b"7,1,2,3,4\n\n7,1,2,three,4\n", ["line 4", "pixel3", "'three'"]),
        (HEAD + b",1,2,3,4\n", ["line 2", "label", "empty cell"]),
        (HEAD + b"NaN,1,,3,4\n", ["line 2", "label", "'NaN'"]),
        (HEAD + b"7,1,2,,300\n", ["line 2", "pixel4", "'300'"]),
        (HEAD + b"7,1,2,,\n", ["pixels are missing", "2 values in 1 of 1 images", "image 0 at row 1, column 0"]),
        (HEAD + b"7,1,2.5,3,4\n", ["line 2", "pixel2", "'2.5'"]),
        (HEAD + b"7,1,2,3,4\nshirt,1,2,3,4\n", ["line 3", "label", "'shirt'", "a number, as in other rows"]),
        (HEAD + b"2.5,1,2,3,4\n,1,2,3,4\n", ["line 3", "label", "an empty cell"]),
        (HEAD + b"shirt,1,2,3,4\nbag,1,2,x,4\n", ["line 3", "pixel3", "'x'"]),
        (HEAD + b"red car,1,2,3,4\nred bus,1,2,3,4\n", ["'red bus' one or several", "a;b", "a_b"]),
        (HEAD + b'"shirt,1,2,3,4\n', ["line 2"]),
        (b"cat,dog,p1\n0,1,2\n2,0,3\n", ["image 1", "'cat' holds 2", "neither a pixel nor a label of 0 and 1"]),
        (b"cat,dog,p1\n0,,2\n", ["line 2", "dog", "an empty cell"]),
        (b"label,cat,dog,p1\n0,1,1,2\n", ["line 1", "'cat'", "neither label nor a pixel"]),
        (HEAD + b"7,1,2,3\n", ["line 2", "4 cells but 5 columns"]),
        (HEAD + b"7,1,2,3,4,5\n", ["line 2", "6 cells but 5 columns"]),
        (HEAD + b"7,1,2,3,4\n7,1,2,3\n", ["line 3", "4 cells but 5 columns"]),
        (HEAD + b"7,1,2,3,4\n7,1,2,3,4,5\n", ["line 3", "6 cells but 5 columns"]),
        (HEAD + b"7," + b"1," * 10_000, ["line 2", "longer than 1200 bytes"]),
        (HEAD + b"7,1,2,3," + b"9" * 1000 + b"\n", ["line 2", "pixel4"]),
        (b"pixel" * 1_000_000, ["line 1", "longer than"]),
        (HEAD.replace(b",", b";") + b"7;1;2;3;4\n", ["line "]),
        (b"\x00\x00\x00\x00", ["x.csv"]),
    ],
)
def test_faults_are_located(tmp_path: Path, content: bytes, words: list[str], fails) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with fails(DataError, path, *words):
        open_images(path)


def test_fault_far_down(tmp_path: Path, square: np.ndarray, fails) -> None:
    content = csv_bytes(np.repeat(square, 1000, axis=0), None).split(b"\n")
    content[4321] = content[4321].replace(b",", b",x", 1)
    (tmp_path / "x.csv").write_bytes(b"\n".join(content))
    with fails(DataError, "line 4322", "column pixel2"):
        open_images(tmp_path / "x.csv")


def test_too_many_rows(tmp_path: Path, square: np.ndarray, monkeypatch, fails) -> None:
    monkeypatch.setattr("cnnviz.data.formats.limits.MAX_SET_BYTES", 5 * 16)
    (tmp_path / "x.csv").write_bytes(csv_bytes(square, None))
    with fails(DataError, "more than 5 images"):
        open_images(tmp_path / "x.csv")
