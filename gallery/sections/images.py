"""``#/images``: all images in a grid, to filter, sort and save."""

from __future__ import annotations

from ..section import PAGES, Section

# It shows only shared data: images and probabilities.
IMAGES = Section("images", PAGES / "images.js", lambda content, blobs: {})
