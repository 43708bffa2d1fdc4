"""The face that every result has: figure, page, document, table, file, and what a notebook shows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from cnnviz.core.csv_text import Cell, csv_line
from cnnviz.core.files import atomic_path, write_bytes
from cnnviz.core.json_document import json_text
from cnnviz.core.packing import put_together, take_apart
from cnnviz.core.render import Shown, show

from .result_file import read_whole, reading, write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Result(Shown, ABC):
    """What an analysis found.

    ``kind`` names the JSON document and ``stored_as`` the .npz file, the same where it is empty. Everything that writes
    to a path writes the whole file or nothing; without ``force`` an existing file with other content raises UsageError.
    """

    kind: ClassVar[str]
    stored_as: ClassVar[str] = ""
    #: Whether the JSON text escapes letters beyond ASCII.
    ascii_only: ClassVar[bool] = True

    @abstractmethod
    def document(self) -> dict[str, Any]:
        """Return everything but arrays of no meaning alone as JSON-ready values, with ``schema_version`` and ``kind``.

        UsageError where the values would be too many.
        """

    @abstractmethod
    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield the rows of a table, the names of the columns first."""

    def to_json(self, path: str | Path | None = None, force: bool = True) -> str | Path:
        """Return ``document`` as JSON text, one line, or write it to ``path`` and return that."""
        text = json_text(self.document(), self.ascii_only)
        return text if path is None else write_bytes(Path(path), text.encode("utf-8", "replace"), force)

    def to_csv(self, path: str | Path | None = None, force: bool = True) -> str | Path:
        """Return ``table_rows`` as CSV text, or write it to ``path`` in UTF-8 and return that."""
        return (
            "".join(map(csv_line, self.table_rows()))
            if path is None
            else write_table(self.table_rows(), Path(path), force)
        )

    def plot(self) -> Figure:
        """Return a Matplotlib figure."""
        return show(self, "figure")

    def save(self, path: str | Path, force: bool = True) -> Path:
        """Write the result, without its network, to one .npz file and return its path; ``load`` reads it."""
        arrays: dict[str, np.ndarray] = {}
        facts: dict[str, Any] = {}
        take_apart(self, "", arrays, facts)
        return write_whole(self.file_kind(), Path(path), arrays, facts, force)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a file written by ``save``; DataError for any other file. The loaded result has no network to run."""
        with reading(Path(path), cls.file_kind()):
            return put_together(cls, "", *read_whole(Path(path), cls.file_kind()))

    @classmethod
    def file_kind(cls) -> str:
        """Return what a file of this kind of result says that it holds."""
        return cls.stored_as or cls.kind


def write_table(lines: Iterable[Iterable[Cell]], path: Path, force: bool = True) -> Path:
    """Write rows to a CSV file in UTF-8, line by line, and return its path."""
    with atomic_path(path, force) as place, place.open("w", encoding="utf-8", errors="replace", newline="") as file:
        file.writelines(map(csv_line, lines))
    return path
