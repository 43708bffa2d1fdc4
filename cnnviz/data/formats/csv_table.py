"""CSV tables as on Kaggle: a header, then one row per image with its label and its grayscale pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ..arrays import as_images
from ..image_list import ImageList
from ..images import Images
from ..label_arrays import LabelArray
from ..missing_values import MissingPixels
from ..stored_images import stored_images
from . import limits
from .csv_files import open_file_table
from .csv_labels import labels_of_columns, labels_of_text
from .csv_rows import OtherLabelError, Rows, parsed, read_header
from .file_head import FileHead
from .gzipped import open_unpacked

SUFFIXES = (".csv", ".csv.gz")


def recognizes(file: FileHead) -> bool:
    """Return whether a file's name ends in .csv or .csv.gz; text has no signature to recognize it by."""
    return file.name.endswith(SUFFIXES)


def open_file(
    path: Path, split: str | None = None, class_names: Sequence[str] | None = None, limit: int | None = None
) -> Images | ImageList:
    """Return the images of a CSV file, plain or packed with gzip; at most ``limit``, the first ones.

    The header names the columns: at most one ``label``, anywhere, and one for each pixel of a square grayscale image.
    Two columns or more with other names are labels of these names, 0 or 1. For a label in words see csv_labels.py.
    Pixels are whole numbers from 0 to 255. MissingPixels for pixels that are empty, NaN, NA or null; DataError, with
    line and column, for anything else. A CSV file has no splits: ``split`` is not used. A table with a column of image
    files is read by csv_files.py, as the list of all of them.
    """
    from .image_file import SUFFIXES as IMAGES

    files = open_file_table(path, IMAGES, class_names)
    if files is not None:
        return files
    try:
        table = _Table(path, class_names, limit, as_text=False)
    except OtherLabelError:
        table = _Table(path, class_names, limit, as_text=True)
    if table.holes:
        return _with_holes(table, class_names)
    return stored_images(table, table.labels, str(path), table.class_names, limit)


def _with_holes(table: _Table, class_names: Sequence[str] | None) -> Images:
    """Raise MissingPixels for a table with missing pixels; DataError if its other images take too much memory."""
    limits.check_set_size(table.path, table.shape[0], table.shape[1:], 4)
    pixels = table.whole().astype(np.float32)
    flat = pixels.reshape(len(pixels), -1)
    flat[tuple(np.transpose(table.holes))] = np.nan
    try:
        return as_images(pixels, table.labels, str(table.path), table.class_names)
    except MissingPixels as missing:
        missing.kind = np.dtype(np.uint8)  # a missing value made the column float
        raise


class _Table:
    """The images of a CSV file, and their labels; the first walk through the file reads these and as many ``kept``.

    ``holes`` lists the image and the pixel of each missing pixel, which is 0 in the table.
    """

    kind = np.dtype(np.uint8)

    def __init__(self, path: Path, class_names: Sequence[str] | None, limit: int | None, as_text: bool) -> None:
        self.path, self.as_text, self.class_names = path, as_text, class_names
        self.kept: list[np.ndarray] = []
        labeled = []
        with open_unpacked(path) as file:
            rows = Rows(path, file, read_header(path, file), as_text)
            self.head = head = rows.head
            side = math.isqrt(len(head.names) - len(head.labeled))
            self.shape = (0, side, side, 1)
            for table in parsed(rows):
                labeled.append(table[:, head.labeled])
                room = len(table) if limit is None else limit - self.shape[0]
                if room > 0:
                    self.kept.append(self._pixels(table)[:room])
                self.shape = (rows.taken, side, side, 1)
                if limit is None:
                    limits.check_set_size(path, *self.shape[:1], self.shape[1:])
        pixel = np.cumsum([i not in head.labeled for i in range(len(head.names))]) - 1
        self.holes = [(image, int(pixel[column])) for image, column in rows.holes]
        beside = np.concatenate(labeled)
        self.labels: np.ndarray | LabelArray | None = None if head.label is None else beside[:, 0]
        if rows.label_texts:
            self.labels, self.class_names = labels_of_text(rows.label_texts, path, class_names)
        elif head.tags:
            names = [head.names[i] for i in head.tags]
            self.labels, self.class_names = labels_of_columns(beside, names, path, class_names)

    def whole(self) -> np.ndarray:
        """Return all pixels, uint8 (n, h, h, 1)."""
        limits.check_set_size(self.path, self.shape[0], self.shape[1:])
        if sum(map(len, self.kept)) < self.shape[0]:
            self.kept = list(self.portions())
        return self.first(self.shape[0])

    def first(self, count: int) -> np.ndarray:
        """Return the pixels of the first images, at most the limit that was given."""
        return np.concatenate(self.kept)[:count]

    def portions(self) -> Iterator[np.ndarray]:
        """Walk through the pixels, some images at a time."""
        with open_unpacked(self.path) as file:
            for table in parsed(Rows(self.path, file, read_header(self.path, file), self.as_text)):
                yield self._pixels(table)

    def _pixels(self, table: np.ndarray) -> np.ndarray:
        pixels = np.delete(table, self.head.labeled, axis=1) if self.head.labeled else table
        return pixels.reshape(-1, *self.shape[1:])
