"""The similarity of layers as PNG and notebook summary: a matrix with numbers."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from cnnviz.features.representation.similarity import Similarity

from ..color import colorize, lightness, viridis
from ..notebook import cell
from ..words import counted
from .paper import INK, MARGIN, MUTED, PAPER, fitted, font_of, to_png

_CELL, _NAMES, _TOP, _HEAD = 46, 150, 84, 110


def similarity_sheet(result: Similarity) -> Image.Image:
    """Draw the matrix of linear CKA, from dark (unrelated) to light (similar)."""
    left, top = MARGIN + _NAMES, _TOP + _HEAD
    width = max(left + len(result.columns) * _CELL + MARGIN, 560)
    image = Image.new("RGB", (width, top + len(result.rows) * _CELL + MARGIN), PAPER)
    pen = ImageDraw.Draw(image)
    other = "" if result.other is None else f" and {result.other.name}"
    pen.text(
        (MARGIN, 16), fitted(f"{result.model.name}{other}: similarity of layers", 22, width - 48), INK, font_of(22)
    )
    words = f"linear CKA on {counted(len(result), 'image')} · 1: identical up to rotation and scale · 0: unrelated"
    pen.text((MARGIN, 46), fitted(words, 13, width - 2 * MARGIN), MUTED, font_of(13))
    for j, name in enumerate(result.columns):
        letters = fitted(name, 12, _HEAD - 12)
        turned = Image.new("RGB", (_HEAD - 10, 16), PAPER)
        ImageDraw.Draw(turned).text((0, 0), letters, MUTED, font_of(12))
        image.paste(turned.rotate(90, expand=True), (left + j * _CELL + _CELL // 2 - 8, _TOP))
    for i, name in enumerate(result.rows):
        y = top + i * _CELL
        pen.text((MARGIN, y + 16), fitted(name, 12, _NAMES - 10), INK, font_of(12))
        for j, value in enumerate(result.values[i]):
            x = left + j * _CELL
            if np.isnan(value):
                pen.text((x + _CELL // 2 - 4, y + 16), "-", MUTED, font_of(12))
                continue
            color = colorize(np.array(value), 0.0, 1.0, viridis())
            pen.rectangle((x, y, x + _CELL - 2, y + _CELL - 2), tuple(color.tolist()))
            said = f"{value:.2f}"
            ink = INK if lightness(color[None])[0] > 0.6 else PAPER
            pen.text((x + (_CELL - font_of(12).getlength(said)) / 2, y + 16), said, ink, font_of(12))
    return image


def similarity_png(result: Similarity) -> bytes:
    """Return the matrix as PNG."""
    return to_png(similarity_sheet(result))


def similarity_summary(result: Similarity) -> str:
    """Return the matrix as HTML for a notebook."""
    return cell(repr(result), [], repr(result), [similarity_png(result)])
