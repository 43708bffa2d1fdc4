"""``#/draw``: a drawing, and what the model makes of it while the stroke moves."""

from __future__ import annotations

from ..section import PAGES, Section

# Everything it needs is in the shared part of the data: the network, and images to start from.
DRAW = Section("draw", PAGES / "draw.js", lambda content, blobs: {})
