"""Reconstructions as PNG and notebook summary: a row per channel, with patches next to reconstructions."""

from __future__ import annotations

from html import escape

import numpy as np
from PIL import Image, ImageDraw

from cnnviz.attribution.reconstruct import Reconstructions
from cnnviz.core.errors import UsageError

from ..color import colorize
from ..notebook import LIMIT, STYLE, data_address
from ..overlay import ramp_of
from ..words import counted, image_ids
from .paper import INK, MARGIN, MUTED, fitted, font_of, in_color, thumbnail, to_png

_SIDE = 72
_GAP = 14
_NAME = 96
_TOP = 96
#: The most pixels of a sheet.
_MOST = 150_000_000


def reconstructions_sheet(result: Reconstructions, rows: int | None = None) -> Image.Image:
    """Draw the first ``rows`` channels (default: all): each patch next to its reconstruction, on its own scale."""
    channels = len(result.channels) if rows is None else min(rows, len(result.channels))
    kept = result.pictures.shape[1]
    step, down = 2 * _SIDE + 4 + _GAP, _SIDE + 34
    size = max(2 * MARGIN + _NAME + kept * step, 620), _TOP + channels * down + 8
    if size[0] * size[1] > _MOST:
        raise UsageError(f"a sheet of {counted(channels, 'channel')} is too large; choose fewer channels")
    image = Image.new("RGB", size, (255, 255, 255))
    pen = ImageDraw.Draw(image)
    pen.text((MARGIN, 16), fitted(f"{result.layer.path}: reconstructions", 22, size[0] - 2 * MARGIN), INK, font_of(22))
    how = result.how
    words = f"{result.model.name} · {how.title} · {counted(len(result), 'image')} searched"
    pen.text((MARGIN, 46), fitted(words, 13, size[0] - 2 * MARGIN), MUTED, font_of(13))
    color = len(result.images.drawn_channels) > 1
    key = "gray is 0; red, green and blue separately" if color else "dark is 0, blue below, orange above"
    below = f"below: the channel's highest value, the image, the range of the reconstruction ({how.measures}); {key}"
    pen.text((MARGIN, 66), fitted(below, 11, size[0] - 2 * MARGIN), MUTED, font_of(11))
    ids = image_ids(result)
    for row in range(channels):
        y = _TOP + row * down
        pen.text((MARGIN, y + 8), fitted(f"channel {result.channels[row]}", 13, _NAME - 6), INK, font_of(13))
        seen = [rank for rank in range(kept) if result.peaks[row, rank] != 0]
        if not seen:
            words = f"dead on all {len(result):,} images" if result.extremes == "top" else "no response to project back"
            pen.text((MARGIN + _NAME, y + 8), words, MUTED, font_of(13))
        for rank in seen:
            x = MARGIN + _NAME + rank * step
            values = result.crop(row, rank)[..., result.images.drawn_channels]
            reach = float(np.abs(values).max())
            patch = _pixels(result, row, rank)
            for left, tile in ((x, patch), (x + _SIDE + 4, _colors(values, reach, how.signed))):
                image.paste(Image.fromarray(thumbnail(tile, _SIDE)), (left, y))
            number = ids[int(result.pictures[row, rank])]
            text = f"{result.peaks[row, rank]:.3g} · {number} · {'±' if how.signed else ''}{reach:.2g}"
            pen.text((x, y + _SIDE + 4), fitted(text, 11, step - _GAP), MUTED, font_of(11))
    return image


def reconstructions_png(result: Reconstructions) -> bytes:
    """Return the sheet of all channels as PNG."""
    return to_png(reconstructions_sheet(result))


def reconstructions_summary(result: Reconstructions, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters of HTML: as many of the first channels as fit."""
    head = (
        f'<div class="cnnviz">{STYLE}<h4>{escape(result.model.name)} · {escape(result.layer.path)}</h4>'
        f"<p>{counted(len(result.channels), 'channel')}, reconstructed by {escape(result.how.title)} from "
        f"{counted(len(result), 'image')}. Write the interactive page with <code>.to_html(path)</code>.</p>"
    )
    for rows in (16, 8, 4, 2, 1):
        picture = to_png(reconstructions_sheet(result, rows))
        alt = f"The first channels of {result.layer.path}, each with its strongest patches and their reconstructions"
        image = f'<img class="sheet" alt="{escape(alt, quote=True)}" src="{data_address(picture)}">'
        if len(head) + len(image) + 6 <= limit:
            return head + image + "</div>"
    return head + "</div>"


def _pixels(result: Reconstructions, row: int, rank: int) -> np.ndarray:
    top, left, bottom, right = result.boxes[row, rank]
    return in_color(result.images.drawn[result.pictures[row, rank], top:bottom, left:right])


def _colors(values: np.ndarray, reach: float, both: bool) -> np.ndarray:
    """Return (h, w, 3) uint8: by the ramp, or for color images each channel about mid-gray."""
    if values.shape[2] > 1:
        return np.rint(127.5 + 127.5 * values / (reach or 1)).astype(np.uint8)
    return colorize(values[..., 0], -reach if both else 0.0, reach, ramp_of(both))
