"""Arrays of labels: one class per image, several labels per image, or numbers to predict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.core.errors import DataError

from .formats.limits import MAX_CLASSES, most_bytes
from .paths import shown

#: Bytes that a label takes while it is read: as float64, as int64, and as it is.
_LABEL_BYTES = 24


@dataclass(frozen=True, eq=False)
class LabelArray:
    """Labels of one kind: ``classes`` (n,) int64, or ``rows`` bool (n, labels) or float64 (n, numbers).

    ``least`` is the least number of classes: the width of one-hot rows.
    """

    classes: np.ndarray | None = None
    rows: np.ndarray | None = None
    least: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What labels that are no classes were taken for."""
        if self.rows is None:
            return ()
        width = self.rows.shape[1]
        if self.rows.dtype == bool:
            return (f"labeled with any of {width} labels",)
        each = "a number" if width == 1 else f"{width} numbers"
        return (f"labeled with {each} each, from {self.rows.min():g} to {self.rows.max():g}",)

    def __len__(self) -> int:
        held = self.classes if self.rows is None else self.rows
        return 0 if held is None else len(held)


def read_labels(array: np.ndarray, source: str, numbers: bool = False) -> LabelArray:
    """Return labels from an array.

    Whole numbers from 0 (n,) or (n, 1) and one-hot rows (n, k) are classes; rows (n, k) of 0 and 1 that are not one-hot
    are several labels per image; other floats (n,) or (n, k) are numbers. For a model that predicts ``numbers``, whole
    ones beyond the classes, and all rows, are numbers too. DataError for values that are none of these.
    """
    array = np.asarray(array)
    where = shown(source)
    if array.dtype.kind not in "buif":
        raise DataError(f"{where} has labels of type {array.dtype}; they must be class numbers")
    if array.ndim not in (1, 2) or (array.ndim == 2 and not array.shape[1]):
        raise DataError(
            f"{where} has labels of shape {array.shape}; they must be (n,), or (n, k): one-hot, several labels of 0 "
            "and 1, or numbers"
        )
    most, bound = most_bytes()
    if array.size * _LABEL_BYTES > most:
        raise DataError(f"{where} has {array.size:,} labels, which would take more than {bound}; split it")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    finite = np.isfinite(array.astype(np.float64))
    unknown = np.flatnonzero(~finite.all(axis=tuple(range(1, array.ndim))))
    if unknown.size:
        which = array[unknown[0]]
        raise DataError(f"{where}: label {unknown[0]} is {which}; leave out images without a label")
    if array.ndim == 2:
        return LabelArray(rows=array.astype(np.float64)) if numbers else _of_rows(array)
    whole = array.astype(np.int64)
    wrong = np.flatnonzero((whole != array) | (whole < 0) | (whole >= MAX_CLASSES))
    if not wrong.size:
        return LabelArray(whole)
    if array.dtype.kind == "f" or numbers:
        return LabelArray(rows=array.astype(np.float64)[:, None])
    raise DataError(
        f"{where}: label {wrong[0]} is {array[wrong[0]]}; classes are counted from 0, and numbers to predict are floats"
    )


def _of_rows(array: np.ndarray) -> LabelArray:
    if ((array != 0) & (array != 1)).any():
        return LabelArray(rows=array.astype(np.float64))
    if (array.sum(axis=1, dtype=np.int64) == 1).all():
        return LabelArray(array.argmax(axis=1).astype(np.int64), least=array.shape[1])
    return LabelArray(rows=array.astype(bool))


def checked_rows(rows: np.ndarray, count: int, names: tuple[str, ...]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return rows of labels (bool) or numbers (float64) of ``count`` images, and a name for each label.

    DataError for rows that are neither, and for another number of names.
    """
    if rows.ndim != 2 or len(rows) != count or not rows.shape[1] or rows.dtype.kind not in "buif":
        raise DataError(f"{count} images but label rows of shape {rows.shape} ({rows.dtype})")
    rows = rows if rows.dtype == bool else rows.astype(np.float64)
    if not np.isfinite(rows).all():
        raise DataError("label rows hold NaN or infinity; leave out images without a label")
    if rows.dtype == bool and not names:
        names = tuple(f"label {i}" for i in range(rows.shape[1]))
    if len(names) not in ((rows.shape[1],) if rows.dtype == bool else (0, rows.shape[1])):
        raise DataError(f"label rows of {rows.shape[1]} but {len(names)} class names; they must match one to one")
    return rows, names
