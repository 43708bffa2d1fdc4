"""The digits of one font: drawn large, and as distance fields."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

DIGITS = "0123456789"
#: Heights of a digit in a distance field, in pixels: for small images, and at most.
TALL, TALLEST = 48, 128
#: Directions in which the extent of a glyph is measured.
DIRECTIONS = 64


@dataclass(frozen=True)
class Font:
    """A font file: its name with its style, and a ``key`` that is the same for digits that look the same."""

    path: Path
    name: str
    key: str


@dataclass(frozen=True, eq=False)
class Glyph:
    """A digit of a font as a distance field.

    ``field`` (rows, columns) float32 is the distance to the outline in pixels of the field, positive inside, with a
    margin; its center is that of the digit's bounding box. ``outline`` (DIRECTIONS, 2) holds y and x of the outermost
    point in each direction from that center, which suffice to find the digit's extent.
    """

    field: np.ndarray
    outline: np.ndarray


def read_font(path: Path, key: str) -> Font | None:
    """Return the font in a file, or None if it is unusable or lacks a digit."""
    from matplotlib.ft2font import FT2Font
    from PIL import ImageFont

    try:
        known = FT2Font(str(path))
        if not all(known.get_char_index(ord(digit)) for digit in DIGITS):
            return None
        ImageFont.truetype(str(path), 20)
    except (OSError, RuntimeError, ValueError, TypeError):
        return None
    name = " ".join(f"{known.family_name} {known.style_name}".split())
    return Font(path, "".join(c for c in name if c.isprintable()) or path.stem, key)


def drawn_digits(font: Font, size: int) -> list[np.ndarray] | None:
    """Return the ten digits, uint8 (h, w), each cropped to its ink; None if one is empty or cannot be drawn."""
    from PIL import Image, ImageDraw, ImageFont

    try:
        letters = ImageFont.truetype(str(font.path), size, layout_engine=ImageFont.Layout.BASIC)
        found = []
        for digit in DIGITS:
            left, top, right, bottom = letters.getbbox(digit)
            if not (0 < right - left <= 8 * size and 0 < bottom - top <= 8 * size):
                return None
            canvas = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4))
            ImageDraw.Draw(canvas).text((2 - left, 2 - top), digit, 255, letters)
            box = canvas.getbbox()
            if box is None:
                return None
            found.append(np.asarray(canvas.crop(box)))
    except (OSError, ValueError, MemoryError):
        return None
    return found


@lru_cache(maxsize=1024)
def glyphs_of(font: Font, tall: int = TALL) -> tuple[Glyph, ...]:
    """Return the ten digits of a usable font, each ``tall`` pixels high."""
    drawn = drawn_digits(font, 4 * tall)
    assert drawn is not None
    return tuple(_glyph(ink, tall) for ink in drawn)


def margin_of(tall: int) -> int:
    """Return the margin of a field, in pixels, around a digit of this height."""
    return tall // 4


def _glyph(ink: np.ndarray, tall: int) -> Glyph:
    from PIL import Image
    from scipy.ndimage import distance_transform_edt

    height, width = ink.shape
    wide = max(4, round(width * 2 * tall / height))
    # Drawn twice as fine as the field, so that the outline lies between pixels as in the font.
    large = np.asarray(Image.fromarray(ink).resize((wide + wide % 2, 2 * tall)))
    inside = np.pad(large >= 128, 2 * margin_of(tall))
    distance = distance_transform_edt(inside) - distance_transform_edt(~inside)
    # Pixel centers are one apart; the outline lies half way between two of them.
    distance = (distance - np.sign(distance) * 0.5) / 2
    rows, columns = distance.shape[0] // 2, distance.shape[1] // 2
    field = distance.reshape(rows, 2, columns, 2).mean(axis=(1, 3)).astype(np.float32)
    # The outermost point in any direction is the first or the last of its row.
    y = np.flatnonzero(inside.any(axis=1)).repeat(2)
    x = np.where(np.arange(len(y)) % 2, inside.shape[1] - 1 - inside[y, ::-1].argmax(axis=1), inside[y].argmax(axis=1))
    points = np.stack([(y + 0.5) / 2 - rows / 2, (x + 0.5) / 2 - columns / 2], axis=1)
    angles = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    outward = np.stack([np.sin(angles), np.cos(angles)])
    return Glyph(field, points[(points @ outward).argmax(axis=0)].astype(np.float32))
