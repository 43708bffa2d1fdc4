"""CSV tables as on Kaggle: a header, then one row per image with its label and its grayscale pixels."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np

from cnnviz.core.errors import DataError

from ..arrays import as_images
from ..images import Images
from ..missing_values import MissingPixels
from ..paths import one_line, shown
from .file_head import FileHead
from .gzipped import open_unpacked
from .limits import MAX_SET_BYTES

SUFFIXES = (".csv", ".csv.gz")

_LABEL_NAMES = {"label", "labels", "class", "target", "y"}
_PIXEL_NAME = re.compile(r"(pixel|px|p|x)?[ _.]?\d+|\d+x\d+", re.IGNORECASE)
#: Missing values: an empty cell, or what pandas and R write.
_MISSING = re.compile(r'"?(nan|na|n/a|null)?"?', re.IGNORECASE)
_SIGNS = (",,", " ", '""', "n", "N")
#: Whole numbers as pandas writes them in a column with missing values.
_DECIMALS = re.compile(r"(?<=\d)\.0+(?=[\s,\"]|$)")
_HEADER_BYTES = 4_000_000
_CELL_BYTES = 40


def recognizes(file: FileHead) -> bool:
    """Return whether a file's name ends in .csv or .csv.gz; text has no signature to recognize it by."""
    return file.name.endswith(SUFFIXES)


def open_file(path: Path, split: str | None = None, class_names: Sequence[str] | None = None) -> Images:
    """Return the images of a CSV file, plain or packed with gzip.

    The header names the columns: at most one ``label``, anywhere, and one for each pixel of a square grayscale image.
    Pixels are whole numbers from 0 to 255. MissingPixels for pixels that are empty, NaN, NA or null; DataError, with
    line and column, for anything else. A CSV file has no splits: ``split`` is not used.
    """
    with open_unpacked(path) as file:
        columns = _read_header(path, file)
        labeled = [i for i, name in enumerate(columns) if name.lower() in _LABEL_NAMES]
        rows = _Rows(path, file, len(columns), labeled)
        table = _parse(rows, columns)
    labels = table[:, labeled[0]] if labeled else None
    if rows.holes:
        table = table.astype(np.float32)
        table[tuple(np.transpose(rows.holes))] = np.nan
    pixels = np.delete(table, labeled, axis=1) if labeled else table
    side = math.isqrt(pixels.shape[1])
    try:
        return as_images(pixels.reshape(-1, side, side, 1), labels, str(path), class_names)
    except MissingPixels as missing:
        missing.kind = np.dtype(np.uint8)  # a missing value made the column float
        raise


def _read_header(path: Path, file: BinaryIO) -> list[str]:
    line = file.readline(_HEADER_BYTES)
    if not line:
        raise DataError(f"{shown(path)} is empty; a header and one row per image are expected")
    if len(line) == _HEADER_BYTES:
        raise DataError(f"{shown(path)}, line 1 is longer than {_HEADER_BYTES} bytes: this is not a table of images")
    names = [cell.strip().strip('"') for cell in line.decode("utf-8-sig", "replace").split(",")]
    if all(re.fullmatch(r"[\d.+-]*", name) for name in names) and len(names) > 1:
        raise DataError(f"{shown(path)} has no header; its first line must read label,pixel1,pixel2,…")
    pixels = [name for name in names if name.lower() not in _LABEL_NAMES]
    if len(names) - len(pixels) > 1:
        raise DataError(f"{shown(path)}, line 1 names more than one column of labels; keep one")
    strange = [name for name in pixels if not _PIXEL_NAME.fullmatch(name)]
    if strange and len(strange) < len(pixels):
        raise DataError(
            f"{shown(path)}, line 1: column {shown(strange[0])!r} is neither label nor a pixel; remove the column"
        )
    side = math.isqrt(len(pixels))
    if not pixels or side * side != len(pixels):
        raise DataError(
            f"{shown(path)}, line 1 names {len(pixels)} pixel columns{_missing(pixels)}, which is not a square number; "
            "784 make 28×28"
        )
    return names


def _missing(names: list[str]) -> str:
    """Return the first number missing from pixel1, pixel2, … in words, or "" if none is."""
    numbers = [int(match[0]) for name in names if (match := re.search(r"\d{1,9}$", name))]
    if len(numbers) != len(names):
        return ""
    absent = next((a + 1 for a, b in pairwise(numbers) if b != a + 1), None)
    return "" if absent is None else f" (number {absent} is missing)"


class _Rows:
    """The lines after the header, one by one, with the position of the current one for error messages.

    ``holes`` lists row and column of missing pixels, which are passed on as 0.
    """

    def __init__(self, path: Path, file: BinaryIO, columns: int, labeled: list[int]) -> None:
        self.path, self.file, self.columns, self.labeled = path, file, columns, labeled
        self.number, self.line, self.taken = 1, "", 0
        self.holes: list[tuple[int, int]] = []

    def __iter__(self) -> Iterator[str]:
        longest = 1000 + self.columns * _CELL_BYTES
        most = MAX_SET_BYTES // self.columns
        while line := self.file.readline(longest):
            self.number += 1
            if len(line) == longest:
                raise DataError(
                    f"{shown(self.path)}, line {self.number} is longer than {longest} bytes, too long for "
                    f"{self.columns} columns; is a line end missing?"
                )
            self.line = line.decode("latin-1")
            if self.line.strip():
                self.taken += 1
                if self.taken > most:
                    raise DataError(f"{shown(self.path)} holds more than {most} images; split it")
                yield self._filled(self.line)

    def _filled(self, line: str) -> str:
        if "." in line:
            line = _DECIMALS.sub("", line)
        bare = line.rstrip("\r\n")
        # Sixty thousand lines pass here; most end with this quick check.
        if not (bare[0] == "," or bare[-1] == "," or any(sign in bare for sign in _SIGNS)):
            return line
        cells = bare.split(",")
        if len(cells) == self.columns:
            holes = [i for i, cell in enumerate(cells) if i not in self.labeled and _MISSING.fullmatch(cell.strip())]
            self.holes += [(self.taken - 1, i) for i in holes]
            for i in holes:
                cells[i] = "0"
        return ",".join(cells)


def _parse(rows: _Rows, columns: list[str]) -> np.ndarray:
    with warnings.catch_warnings():
        # NumPy only warns where it would cut 12.7 down to 12, and where there are no rows.
        warnings.simplefilter("error")
        try:
            table = np.loadtxt(iter(rows), np.uint8, delimiter=",", comments=None, quotechar='"', ndmin=2)
        except (ValueError, Warning, OverflowError) as error:
            if not rows.taken:
                raise DataError(f"{shown(rows.path)} has a header but no images") from error
            raise DataError(f"{shown(rows.path)}, line {rows.number}: {_fault(rows, columns, error)}") from error
    if table.shape[1] != len(columns):
        raise DataError(f"{shown(rows.path)}, line 2: {table.shape[1]} cells but {len(columns)} columns are named")
    return table


def _fault(rows: _Rows, columns: list[str], error: Exception) -> str:
    """Return what is wrong with the line at which the parser stopped."""
    cells = rows.line.strip("\r\n").split(",")
    for name, cell in zip(columns, cells, strict=False):
        text = _DECIMALS.sub("", cell.strip().strip('"'))
        if name.lower() not in _LABEL_NAMES and _MISSING.fullmatch(text):
            continue
        if not re.fullmatch(r"\+?[0-9]+", text) or int(text[-9:]) > 255 or len(text) > 9:
            what = repr(shown(text)[:40]) if text else "an empty cell"
            return f"column {shown(name)} holds {what}, not a whole number from 0 to 255"
    if len(cells) != len(columns):
        return f"{len(cells)} cells but {len(columns)} columns are named"
    return one_line(error)
