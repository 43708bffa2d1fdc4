"""JSON in SavedModels of tf.keras 2, where tuples and shapes are mappings."""

from __future__ import annotations

import json
from typing import Any

_LISTS = {"__tuple__", "TensorShape"}


def loads(text: str) -> Any:
    """Parse JSON with every tuple and every shape as a plain list; ValueError for invalid JSON."""
    return json.loads(text, object_hook=_plain)


def _plain(found: dict[str, Any]) -> Any:
    items = found.get("items")
    return items if found.get("class_name") in _LISTS and isinstance(items, list) else found
