"""``#/image/…``: one image, its prediction, and a strip for every layer."""

from __future__ import annotations

from ..section import PAGES, Section

# It shows only shared data: images, probabilities, maps.
IMAGE = Section("image", PAGES / "image.js", lambda content, blobs: {})
