"""Documents as standard JSON text: one line, no NaN, written and read."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from .errors import UsageError

#: Version of every JSON document; it increases with incompatible changes.
SCHEMA_VERSION = 1
#: The most values of a JSON document.
MOST_VALUES = 5_000_000


def json_text(document: Mapping[str, Any], ascii_only: bool = True) -> str:
    """Return a document of plain numbers and text as one line; ValueError for NaN or infinity."""
    import json

    return json.dumps(document, allow_nan=False, ensure_ascii=ascii_only) + "\n"


def read_json(text: str | bytes) -> Any:
    """Return what a JSON text holds; ValueError for NaN, infinity, and numbers that no float can hold."""
    import json

    return json.loads(text, parse_constant=_finite, parse_float=_finite)


def _finite(number: str) -> float:
    found = float(number)
    if not isfinite(found):
        raise ValueError(f"{number:.40} is no finite number")
    return found


def refuse_large(values: int, instead: str) -> None:
    """Raise UsageError for more values than a document may hold; ``instead`` says what to do."""
    if values > MOST_VALUES:
        raise UsageError(f"{values:,} values are too many for json; {instead}")
