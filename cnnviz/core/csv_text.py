"""Tables as CSV text (RFC 4180), the same as in the page's save/csv.js."""

from __future__ import annotations

import math
from collections.abc import Iterable

Cell = str | int | float | None

#: Characters that start a formula in a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(cells: Iterable[Cell]) -> str:
    """Return one line, ended by CRLF; cells are quoted where they must be.

    Text that a spreadsheet would evaluate as a formula gets a leading apostrophe; numbers never do. None and numbers
    that are not finite become empty cells.
    """
    return ",".join(map(_cell, cells)) + "\r\n"


def _cell(value: Cell) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if not isinstance(value, str):
        return str(value)
    text = f"'{value}" if value.startswith(_FORMULA) else value
    if any(mark in text for mark in '",\r\n') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
