"""``#/about``: how every image was made, and its limits."""

from __future__ import annotations

from typing import Any

from ..content import Content
from ..quantise import Blobs, largest_error
from ..section import PAGES, Section


def entry(content: Content, blobs: Blobs) -> dict[str, Any]:
    """Return the largest error that eight bits bring into each stored layer's values."""
    stored = {} if content.maps is None else content.maps.values
    return {"rounding": {path: float(f"{largest_error(values):.3g}") for path, values in stored.items()}}


ABOUT = Section("about", PAGES / "about.js", entry)
