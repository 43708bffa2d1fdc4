"""``#/image/…``: one image, what the model says to it, and a strip for every layer."""

from __future__ import annotations

from ..section import PAGES, Section

# Everything it shows is in the shared part of the data: images, probabilities, maps.
IMAGE = Section("image", PAGES / "image.js", lambda content, blobs: {})
