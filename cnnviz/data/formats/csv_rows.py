"""The lines of a CSV table of images: its header, and the cells of the lines after it, some lines at a time."""

from __future__ import annotations

import csv
import math
import re
import warnings
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from cnnviz.core.errors import DataError

from ..paths import one_line, shown
from ..portions import rows_of
from . import limits
from .csv_files import LABEL_NAMES

_PIXEL_NAME = re.compile(r"(pixel|px|p|x)?[ _.]?\d+|\d+x\d+", re.IGNORECASE)
#: Missing values: an empty cell, or what pandas and R write.
_MISSING = re.compile(r'"?(nan|na|n/a|null)?"?', re.IGNORECASE)
_SIGNS = (",,", " ", '""', "n", "N")
#: Whole numbers as pandas writes them in a column with missing values.
_DECIMALS = re.compile(r"(?<=\d)\.0+(?=[\s,\"]|$)")
_HEADER_BYTES = 4_000_000
_CELL_BYTES = 40
#: The most letters of all labels together.
_TEXT_BYTES = 2**27


class OtherLabelError(Exception):
    """The label of a line is no whole number from 0 to 255."""


class Header(NamedTuple):
    """The names of the columns, and the positions of the label and of labels of 0 and 1; the others are pixels."""

    names: list[str]
    label: int | None
    tags: list[int]

    @property
    def labeled(self) -> list[int]:
        """The positions of all columns of labels."""
        return self.tags if self.label is None else [self.label]


def read_header(path: Path, file: BinaryIO) -> Header:
    """Return what the first line says of the columns; DataError if they are not those of images."""
    line = file.readline(_HEADER_BYTES)
    if not line:
        raise DataError(f"{shown(path)} is empty; a header and one row per image are expected")
    if len(line) == _HEADER_BYTES:
        raise DataError(f"{shown(path)}, line 1 is longer than {_HEADER_BYTES} bytes: this is not a table of images")
    names = [cell.strip().strip('"') for cell in line.decode("utf-8-sig", "replace").split(",")]
    if all(re.fullmatch(r"[\d.+-]*", name) for name in names) and len(names) > 1:
        raise DataError(f"{shown(path)} has no header; its first line must read label,pixel1,pixel2,…")
    labeled = [i for i, name in enumerate(names) if name.lower() in LABEL_NAMES]
    if len(labeled) > 1:
        raise DataError(f"{shown(path)}, line 1 names more than one column of labels; keep one")
    others = [i for i in range(len(names)) if i not in labeled]
    tags = [i for i in others if not _PIXEL_NAME.fullmatch(names[i])]
    # Where no column is called like a pixel, all are pixels of another name.
    tags = tags if len(tags) < len(others) else []
    if tags and (labeled or len(tags) == 1):
        raise DataError(
            f"{shown(path)}, line 1: column {shown(names[tags[0]])!r} is neither label nor a pixel; remove the column"
        )
    pixels = [names[i] for i in others if i not in tags]
    side = math.isqrt(len(pixels))
    if not pixels or side * side != len(pixels):
        raise DataError(
            f"{shown(path)}, line 1 names {len(pixels)} pixel columns{_missing(pixels)}, which is not a square number; "
            "784 make 28×28"
        )
    return Header(names, labeled[0] if labeled else None, tags)


def _missing(names: list[str]) -> str:
    """Return the first number missing from pixel1, pixel2, … in words, or "" if none is."""
    numbers = [int(match[0]) for name in names if (match := re.search(r"\d{1,9}$", name))]
    if len(numbers) != len(names):
        return ""
    absent = next((a + 1 for a, b in pairwise(numbers) if b != a + 1), None)
    return "" if absent is None else f" (number {absent} is missing)"


class Rows:
    """The lines after the header, one by one, with the position of the current one for error messages.

    ``holes`` lists row and column of missing pixels, which are passed on as 0, and ``label_texts`` line and text of
    labels that are read ``as_text``.
    """

    def __init__(self, path: Path, file: BinaryIO, head: Header, as_text: bool) -> None:
        self.path, self.file, self.head, self.as_text = path, file, head, as_text
        self.columns, self.text_size = len(head.names), 0
        self.label_texts: list[tuple[int, str]] = []
        self.number, self.line, self.taken = 1, "", 0
        self.holes: list[tuple[int, int]] = []

    def __iter__(self) -> Iterator[str]:
        longest = 1000 + self.columns * _CELL_BYTES
        most = limits.MAX_SET_BYTES // self.columns
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
                yield self._filled(self._without_label(self.line) if self.as_text else self.line)

    def _without_label(self, line: str) -> str:
        """Note the label of a line and return the line with 0 in its place; quoted labels may hold commas."""
        cells = _cells(line)
        place = self.head.label
        assert place is not None
        if len(cells) != self.columns:
            raise ValueError("another number of cells")
        text = cells[place].encode("latin-1").decode("utf-8", "replace")
        self.text_size += len(text)
        if self.text_size > _TEXT_BYTES:
            raise DataError(f"{shown(self.path)} has labels of more than {_TEXT_BYTES:,} letters; they must be names")
        self.label_texts.append((self.number, text))
        return ",".join([*cells[:place], "0", *cells[place + 1 :]])

    def _filled(self, line: str) -> str:
        if "." in line:
            line = _DECIMALS.sub("", line)
        bare = line.rstrip("\r\n")
        # Sixty thousand lines pass here; most end with this quick check.
        if not (bare[0] == "," or bare[-1] == "," or any(sign in bare for sign in _SIGNS)):
            return line
        cells = bare.split(",")
        if len(cells) == self.columns:
            holes = [
                i for i, cell in enumerate(cells) if i not in self.head.labeled and _MISSING.fullmatch(cell.strip())
            ]
            self.holes += [(self.taken - 1, i) for i in holes]
            for i in holes:
                cells[i] = "0"
        return ",".join(cells)


def parsed(rows: Rows) -> Iterator[np.ndarray]:
    """Yield the cells, some lines at a time; of labels read as text they are zeros."""
    columns = len(rows.head.names)
    most = rows_of((0, columns), 1)
    lines = iter(rows)
    while True:
        taken = rows.taken
        with warnings.catch_warnings():
            # NumPy only warns where it would cut 12.7 down to 12, and where there are no rows.
            warnings.simplefilter("error")
            try:
                table = np.loadtxt(islice(lines, most), np.uint8, delimiter=",", comments=None, quotechar='"', ndmin=2)
            except (ValueError, Warning, OverflowError) as error:
                if not rows.taken:
                    raise DataError(f"{shown(rows.path)} has a header but no images") from error
                if rows.taken == taken:
                    return
                if not rows.as_text and _has_other_label(rows):
                    raise OtherLabelError from error
                raise DataError(f"{shown(rows.path)}, line {rows.number}: {_fault(rows, error)}") from error
        if table.shape[1] != columns:
            raise DataError(f"{shown(rows.path)}, line 2: {table.shape[1]} cells but {columns} columns are named")
        yield table


def _fault(rows: Rows, error: Exception) -> str:
    """Return what is wrong with the line at which the parser stopped."""
    cells = rows.line.strip("\r\n").split(",")
    columns = rows.head.names
    for i, (name, cell) in enumerate(zip(columns, cells, strict=False)):
        text = _DECIMALS.sub("", cell.strip().strip('"'))
        if (i not in rows.head.labeled and _MISSING.fullmatch(text)) or (rows.as_text and i == rows.head.label):
            continue
        if not _is_byte(text):
            what = repr(shown(text)[:40]) if text else "an empty cell"
            return f"column {shown(name)} holds {what}, not a whole number from 0 to 255"
    if len(cells) != len(columns):
        return f"{len(cells)} cells but {len(columns)} columns are named"
    return one_line(error)


def _is_byte(text: str) -> bool:
    return bool(re.fullmatch(r"\+?[0-9]+", text)) and len(text) <= 9 and int(text) <= 255


def _has_other_label(rows: Rows) -> bool:
    """Return whether the label of the line at which the parser stopped is no whole number from 0 to 255."""
    place = rows.head.label
    if place is None:
        return False
    try:
        cells = _cells(rows.line)
    except ValueError:
        return False
    return len(cells) == rows.columns and not _is_byte(_DECIMALS.sub("", cells[place].strip()))


def _cells(line: str) -> list[str]:
    """Return the cells of a line; ValueError for one that is too long or quoted wrongly."""
    bare = line.strip("\r\n")
    if '"' not in bare:
        return bare.split(",")
    try:
        return next(csv.reader([bare], strict=True))
    except csv.Error as error:
        raise ValueError("wrong quotes") from error
