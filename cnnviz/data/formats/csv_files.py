"""CSV tables of image files: a column of paths, and columns of labels or numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cnnviz.core.errors import DataError

from ..image_list import ImageList
from ..label_arrays import LabelArray
from ..paths import one_line, shown
from .csv_labels import Named, labels_of_columns, labels_of_text, number_in
from .gzipped import open_unpacked
from .limits import most_bytes

#: Names of a column of labels.
LABEL_NAMES = frozenset(("label", "labels", "class", "target", "y"))
#: Columns that pandas writes for the index of a table.
_INDEX = ("", "unnamed: 0", "index")
_DELIMITERS = ",;\t"
#: The most characters of a line.
_LINE = 1_000_000
#: The bytes that Python takes for a cell besides its letters.
_CELL = 64


class _Table(NamedTuple):
    """The names of the columns, and the rows with their line numbers."""

    names: list[str]
    rows: list[tuple[int, list[str]]]


def open_file_table(path: Path, suffixes: Sequence[str], class_names: Sequence[str] | None) -> ImageList | None:
    """Return the files and labels of a table, None for one without a column of image files.

    The first row decides which column that is, by the ``suffixes`` of its cells. Paths are relative to the table. The
    labels are in the column ``label`` (or class, target, y), in the only other column, or in all others, where these
    are numbers: several labels of 0 and 1, or numbers to predict. DataError, in one line, for any other table.
    """
    lines = _lines(path)
    try:
        names, first = (next(lines, (0, [""]))[1] for _ in range(2))
    except csv.Error:
        return None
    finally:
        lines.close()
    if any(_is_file(cell, suffixes) for cell in names):
        raise DataError(f"{shown(path)} has no header; its first line must name the columns, such as file,label")
    columns = [i for i, cell in enumerate(first) if _is_file(cell, suffixes)]
    if not columns or len(first) != len(names):
        return None
    if len(columns) > 1:
        two = " and ".join(repr(shown(names[i])) for i in columns[:2])
        raise DataError(f"{shown(path)} has several columns of image files, {two}; keep one")
    try:
        table = _Table(names, list(_checked(path, len(names))))
    except csv.Error as error:
        raise DataError(f"{shown(path)} is no table in CSV: {one_line(error)}") from error
    (place,) = columns
    chosen, left_out = _label_columns(table, place, path)
    given, named = _labels(table, chosen, path, class_names)
    notes = (f"columns left out: {', '.join(left_out)}",) if left_out else ()
    cells = [row[place].strip() for _, row in table.rows]
    if not all(cells):
        raise DataError(f"{shown(path)}, line {table.rows[cells.index('')][0]}: the cell of the image file is empty")
    return ImageList(
        [path.parent / cell.replace("\\", "/") for cell in cells],
        cells,
        str(path),
        given.classes,
        tuple(named or ()),
        (*notes, *given.notes),
        given.rows,
    )


def _is_file(cell: str, suffixes: Sequence[str]) -> bool:
    return cell.strip().lower().endswith(tuple(suffixes))


def _label_columns(table: _Table, place: int, path: Path) -> tuple[list[int], list[str]]:
    """Return the columns of labels, and the names of those that are left out."""
    others = [i for i, name in enumerate(table.names) if i != place and name.lower() not in _INDEX]
    called = [i for i in others if table.names[i].lower() in LABEL_NAMES]
    if {"x", "y"} <= {table.names[i].lower() for i in others}:
        # Coordinates: y is no label beside x.
        called = [i for i in called if table.names[i].lower() != "y"]
    if len(called) > 1:
        raise DataError(f"{shown(path)}, line 1 names more than one column of labels; keep one")
    if called:
        return called, [table.names[i] for i in others if i not in called]
    words = [i for i in others if any(number_in(row[i].strip()) is None for _, row in table.rows)]
    if len(others) > 1 and words:
        listed = ", ".join(shown(table.names[i]) for i in others[:6])
        raise DataError(f"{shown(path)}: which of the columns {listed} holds the label? call it label, or keep one")
    return others, []


def _labels(table: _Table, columns: list[int], path: Path, class_names: Sequence[str] | None) -> Named:
    if not columns:
        return LabelArray(), None
    if len(columns) == 1:
        found, names = labels_of_text([(line, row[columns[0]]) for line, row in table.rows], path, class_names)
        if found.classes is not None and names is None:
            names = [f"class {i}" for i in range(int(found.classes.max(initial=0)) + 1)]
        return found, names
    numbers = np.array([[float(row[i]) for i in columns] for _, row in table.rows], np.float64)
    names = [table.names[i] for i in columns]
    if ((numbers == 0) | (numbers == 1)).all():
        return labels_of_columns(numbers.astype(np.uint8), names, path, class_names)
    return LabelArray(rows=numbers), names


def _checked(path: Path, columns: int) -> Generator[tuple[int, list[str]]]:
    """Yield the rows after the header; DataError for one with another number of cells, and for a table too large."""
    size = 0
    most, bound = most_bytes()
    rows = _lines(path)
    next(rows)
    for line, row in rows:
        size += sum(map(len, row)) + _CELL * len(row)
        if size > most:
            raise DataError(f"{shown(path)}, line {line}: a table of files that takes more than {bound}; split it")
        if len(row) != columns:
            raise DataError(f"{shown(path)}, line {line}: {len(row)} cells but {columns} columns are named")
        yield line, row


def _lines(path: Path) -> Generator[tuple[int, list[str]]]:
    """Yield the cells of each line that is not empty, with its number; csv.Error for wrong quotes."""
    with open_unpacked(path) as file:
        text = io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline="")
        head = text.readline(_LINE)
        if len(head) == _LINE:
            return
        delimiter = max(_DELIMITERS, key=head.count)
        reader = csv.reader(_each([head], text), delimiter=delimiter, strict=True)
        for row in reader:
            if row:
                yield reader.line_num, row


def _each(first: Sequence[str], rest: io.TextIOWrapper) -> Iterator[str]:
    yield from first
    while line := rest.readline(_LINE):
        yield line
