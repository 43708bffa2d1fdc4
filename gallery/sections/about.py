"""``#/about``: how every picture was made, and its limits."""

from __future__ import annotations

from typing import Any

from cnnviz.features.activations import Activations

from ..pack import Blobs, largest_error
from ..section import PAGES, Section


def entry(result: Activations, blobs: Blobs) -> dict[str, Any]:
    """Return the largest error that eight bits bring into each layer's values."""
    return {"rounding": {layer.path: float(f"{largest_error(result[layer.path]):.3g}") for layer in result.layers}}


ABOUT = Section("about", PAGES / "about.js", entry)
