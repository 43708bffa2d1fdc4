"""``#/draw``: a drawing, with live predictions."""

from __future__ import annotations

from ..section import PAGES, Section

# It needs only shared data: the network, and images to start from.
DRAW = Section("draw", PAGES / "draw.js", lambda content, blobs: {})
