"""Shared parts of sheets: paper and inks, fonts, text fitting, enlarged images."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageFont

from cnnviz.features.predictions import Predictions

MARGIN = 24
PAPER, INK, MUTED, ACCENT = (255, 255, 255), (27, 28, 30), (93, 97, 103), (184, 64, 14)
STRIKE, BAR, RULE = (150, 150, 150), (185, 188, 191), (226, 226, 221)
#: The colors of A and B, as on the page in the light theme.
SIDES = (ACCENT, (31, 95, 143))
#: All colors except those of ramps and images.
INKS = (PAPER, INK, MUTED, ACCENT, STRIKE, BAR, RULE, SIDES[1])


def image_pixels(result: Predictions, position: int) -> np.ndarray:
    """Return one image as (h, w, 3) uint8, on the scale of the whole set."""
    return in_color(result.images.drawn[position])


def in_color(pixels: np.ndarray) -> np.ndarray:
    """Return an image (h, w, 1) or (h, w, 3) as (h, w, 3)."""
    return pixels.repeat(3, axis=2) if pixels.shape[2] == 1 else pixels


def enlarged(tile: np.ndarray, zoom: int) -> np.ndarray:
    """Return the tile with each pixel ``zoom`` times as wide and as high."""
    return tile.repeat(zoom, axis=0).repeat(zoom, axis=1)


def thumbnail(pixels: np.ndarray, room: int) -> np.ndarray:
    """Return an image (h, w, 3) as large as fits: enlarged by an integer, or reduced smoothly."""
    side = max(pixels.shape[:2])
    if side <= room:
        return enlarged(pixels, room // side)
    smaller = Image.fromarray(pixels)
    smaller.thumbnail((room, room))
    return np.asarray(smaller)


def font_of(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the font of all sheets."""
    return ImageFont.load_default(size)


def fitted(text: str, size: int, room: int) -> str:
    """Return a text cut to ``room`` pixels; control and missing characters become question marks."""
    text = "".join(c if c.isprintable() else "?" for c in text)
    font = font_of(size)
    while len(text) > 1 and font.getlength(text) > room:
        text = text[:-2] + "…"
    return text


def to_png(image: Image.Image) -> bytes:
    """Encode an image as PNG, the same bytes every time."""
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=False, compress_level=6)
    return stream.getvalue()
