"""``#/network``: the layers as a graph."""

from __future__ import annotations

from typing import Any

from ..content import Content
from ..network_graph.drawing import drawing
from ..quantize import Blobs
from ..section import PAGES, Section


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the boxes, lines and frames."""
    card = content.predictions.model
    return drawing(card) if card.layers else None


NETWORK = Section("network", PAGES / "network.js", entry)
