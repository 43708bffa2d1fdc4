"""Base of values that can be written as JSON and CSV."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from .csv_text import Cell, csv_line
from .files import atomic_path, write_bytes
from .json_document import json_text


class Documented(ABC):
    """A value with a JSON document of the kind ``kind`` and a CSV table.

    Everything that writes to a path writes the whole file or nothing; without ``force`` an existing file with other
    content raises UsageError.
    """

    kind: ClassVar[str]
    #: Whether the JSON text escapes letters beyond ASCII.
    ascii_only: ClassVar[bool] = True

    @abstractmethod
    def document(self) -> dict[str, Any]:
        """Return everything except arrays that mean nothing on their own, as JSON-ready values.

        With ``schema_version`` and ``kind``. UsageError where the values would be too many.
        """

    @abstractmethod
    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield the rows of a table, the names of the columns first."""

    def summary_document(self) -> dict[str, Any]:
        """Return the key figures alone, what a command prints with ``--json``; ``document`` where that is short."""
        return self.document()

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


def write_table(lines: Iterable[Iterable[Cell]], path: Path, force: bool = True) -> Path:
    """Write rows to a CSV file in UTF-8, line by line, and return its path."""
    with atomic_path(path, force) as place, place.open("w", encoding="utf-8", errors="replace", newline="") as file:
        file.writelines(map(csv_line, lines))
    return path
