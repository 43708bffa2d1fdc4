"""Rows of images as a sheet: a name before each row, the first rows set apart from the rest."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from cnnviz.data.image_rows import ImageRows

from .paper import INK, MARGIN, MUTED, PAPER, RULE, fitted, font_of, thumbnail

#: The size of an image, the gap between images, and the width of names.
_SIDE, _GAP, _NAMES = 72, 6, 118
_TOP, _PARTED = 84, 18


def rows_sheet(result: ImageRows) -> Image.Image:
    """Draw the rows."""
    columns = max(len(row) for row in result.pixels)
    tiles = [[thumbnail(three_channels(picture), _SIDE) for picture in row] for row in result.pixels]
    height = max(tile.shape[0] for row in tiles for tile in row)
    width = max(tile.shape[1] for row in tiles for tile in row)
    down, across = height + _GAP, width + _GAP
    named = _named(result.names)
    size = max(2 * MARGIN + named + columns * across - _GAP, 560), _TOP + len(tiles) * down + _PARTED + MARGIN
    image = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(image)
    pen.text((MARGIN, 16), fitted(result.title, 22, size[0] - 2 * MARGIN), INK, font_of(22))
    pen.text((MARGIN, 48), fitted(result.about, 13, size[0] - 2 * MARGIN), MUTED, font_of(13))
    for number, (name, row) in enumerate(zip(result.names, tiles, strict=True)):
        parted = result.parted and number >= result.parted
        y = _TOP + number * down + (_PARTED if parted else 0)
        if parted and number == result.parted:
            line = y - (_PARTED + _GAP) // 2
            pen.line((MARGIN, line, size[0] - MARGIN, line), RULE)
        # A repeated name is drawn once.
        if number == 0 or name != result.names[number - 1]:
            pen.text((MARGIN, y + height // 2 - 9), fitted(name, 14, named - 10), INK, font_of(14))
        for column, tile in enumerate(row):
            image.paste(Image.fromarray(tile), (MARGIN + named + column * across, y))
    return image


def _named(names: tuple[str, ...]) -> int:
    """Return the width of the longest name."""
    return min(_NAMES, int(max(font_of(14).getlength(fitted(name, 14, _NAMES)) for name in names)) + 18)


def three_channels(image: np.ndarray) -> np.ndarray:
    """Return a gray or color image as (h, w, 3)."""
    return image.repeat(3, axis=2) if image.shape[2] == 1 else image
