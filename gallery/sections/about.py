"""``#/about``: how the images were made, and their limits."""

from __future__ import annotations

from typing import Any

from ..content import Content
from ..quantize import Blobs, largest_error
from ..section import PAGES, Section


def entry(content: Content, blobs: Blobs) -> dict[str, Any]:
    """Return the largest quantization error of each stored layer."""
    stored = {} if content.maps is None else content.maps.values
    return {"rounding": {path: float(f"{largest_error(values):.3g}") for path, values in stored.items()}}


ABOUT = Section("about", PAGES / "about.js", entry)
