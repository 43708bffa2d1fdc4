"""Tables as CSV text (RFC 4180), the same as in the page's save/csv.js."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

Cell = str | int | float | None

#: What starts a formula in a spreadsheet: a sign, also a full-width one, after any blank and invisible characters;
#: and characters that a spreadsheet takes for the end of a cell before it.
_FORMULA = re.compile(
    "[\0-\x20\x7f-\xa0\xad\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]"
)


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
    text = f"'{value}" if _FORMULA.match(value) else value
    if any(mark in text for mark in '",\r\n') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
