"""``#/image/…``: one picture, what the model says to it, and a strip for every layer."""

from __future__ import annotations

from ..section import PAGES, Section

# Everything it shows is in the shared part of the data: pictures, probabilities, maps.
IMAGE = Section("image", PAGES / "image.js", lambda content, blobs: {})
