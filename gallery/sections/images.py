"""``#/images``: all images in a grid, to filter, sort and save."""

from __future__ import annotations

from ..section import PAGES, Section

# Everything it shows is in the shared part of the data: images and probabilities.
IMAGES = Section("images", PAGES / "images.js", lambda content, blobs: {})
