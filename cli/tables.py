"""Aligned text tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz.core.printable import printable

from .console import print_lines


@dataclass(frozen=True)
class Table:
    """Column names and rows of text; columns whose name starts with ">" are right-aligned."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def print_table(table: Table) -> None:
    """Print a heading, a rule and the rows."""
    print_lines(*format_table(table).split("\n"))


def format_table(table: Table) -> str:
    """Return the table as lines without trailing spaces."""
    heads = [printable(name.removeprefix(">")) for name in table.columns]
    rows = [[printable(cell) for cell in row] for row in table.rows]
    widths = [max(map(_width, column)) for column in zip(heads, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        placed = []
        for cell, name, width in zip(cells, table.columns, widths, strict=True):
            gap = " " * (width - _width(cell))
            placed.append(gap + cell if name.startswith(">") else cell + gap)
        return "  ".join(placed).rstrip()

    return "\n".join([line(heads), "  ".join("─" * width for width in widths), *map(line, rows)])


def _width(text: str) -> int:
    """Return the width of a text in a terminal; wide East Asian characters count as two."""
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
