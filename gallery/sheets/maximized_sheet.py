"""Maximized images as PNG, as an animation of the ascent, and as a notebook summary."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from cnnviz.core.errors import UsageError
from cnnviz.data.bands import draw_bands
from cnnviz.maximization.result import Maximized

from ..films.channels_film import film
from ..notebook import LIMIT, STYLE, data_address
from ..words import counted
from .paper import INK, MARGIN, MUTED, PAPER, fitted, font_of, in_color, thumbnail, to_png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIDE, _GAP, _TOP, _WORDS = 84, 12, 96, 34
_COLUMNS = 10
#: The most pixels of a sheet.
_MOST = 150_000_000


def maximized_sheet(result: Maximized, most: int | None = None, frame: int | None = None) -> Image.Image:
    """Draw the best image of each of the first ``most`` units; all images of a single unit.

    ``frame`` selects an intermediate image instead of the last one.
    """
    restarts = result.how.restarts
    step = 1 if len(result.units) == 1 else restarts
    shown = range(0, len(result), step)[:most]
    columns = min(_COLUMNS, max(5, len(shown)))
    rows = -(-len(shown) // columns)
    size = 2 * MARGIN + columns * (_SIDE + _GAP) - _GAP, _TOP + rows * (_SIDE + _WORDS) + 8
    if size[0] * size[1] > _MOST:
        raise UsageError(f"a sheet of {counted(len(shown), 'unit')} is too large; choose fewer units")
    image = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(image)
    room = size[0] - 2 * MARGIN
    how = result.how
    pen.text((MARGIN, 16), fitted(f"{how.place}: maximally activating images", 22, room), INK, font_of(22))
    words = f"{result.model.name} · {how.measures} · {how.parameters['steps']} steps · seed {how.seed} · {how.engine}"
    pen.text((MARGIN, 46), fitted(words, 13, room), MUTED, font_of(13))
    below = "below: the activation reached"
    if how.among:
        below += f", and the highest among {counted(how.among, 'image')}"
    if result.from_best.any():
        below += "; *: restarted from the best of these, because noise scored lower"
    pen.text((MARGIN, 66), fitted(below, 11, room), MUTED, font_of(11))
    pixels = result.images.pixels if frame is None else result.frames[:, frame]
    for place, i in enumerate(shown):
        x, y = MARGIN + place % columns * (_SIDE + _GAP), _TOP + place // columns * (_SIDE + _WORDS)
        name = result.nouns[i // restarts] + (" *" if result.from_best[i] else "")
        pen.text((x, y + _SIDE + 2), fitted(name, 11, _SIDE), INK, font_of(11))
        if result.dead[i]:
            pen.rectangle((x, y, x + _SIDE - 1, y + _SIDE - 1), outline=MUTED)
            pen.text((x + 8, y + _SIDE // 2 - 8), "dead", MUTED, font_of(13))
            continue
        image.paste(Image.fromarray(thumbnail(_bytes(pixels[i], result), _SIDE)), (x, y))
        best = "" if np.isnan(result.best[i]) else f" | {result.best[i]:.3g}"
        pen.text((x, y + _SIDE + 15), fitted(f"{result.reached[i]:.3g}{best}", 11, _SIDE), MUTED, font_of(11))
    return image


def maximized_png(result: Maximized) -> bytes:
    """Return the sheet as PNG."""
    return to_png(maximized_sheet(result))


def maximized_gif(result: Maximized) -> bytes:
    """Return a GIF of the ascent; UsageError if no frames were kept."""
    count = result.frames.shape[1]
    if not count:
        raise UsageError("no frames were kept of the ascent; call maximize with frames=12")
    sheets = (maximized_sheet(result, frame=frame) for frame in range(count))
    return film(sheets, [_bytes(image, result) for image in result.images.pixels[:16]])


def maximized_summary(result: Maximized, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters of HTML: as many of the first units as fit."""
    title = escape(repr(result))
    head = (
        f'<div class="cnnviz">{STYLE}<h4>{title}</h4><p>Write the interactive page with <code>.to_html(path)</code>.'
        "</p>"
    )
    for most in (100, 50, 20, 10):
        address = data_address(to_png(maximized_sheet(result, most)))
        image = f'<img class="sheet" alt="{title}" src="{address}">'
        if len(head) + len(image) + 6 <= limit:
            return head + image + "</div>"
    return head + "</div>"


def maximized_figure(result: Maximized) -> Figure:
    """Draw the best image of each unit."""
    from matplotlib.figure import Figure

    count = len(result.units)
    columns = min(count, 16)
    rows = -(-count // columns)
    figure = Figure(figsize=(columns * 0.8 + 0.4, rows * 0.95 + 0.5), layout="constrained")
    for place, axes in enumerate(figure.subplots(rows, columns, squeeze=False).ravel()):
        axes.set_axis_off()
        if place < count:
            axes.imshow(_bytes(result.pictures[place, 0], result), interpolation="nearest")
            axes.set_title(result.nouns[place].replace("channel ", "").replace("unit ", ""), fontsize=7)
    figure.suptitle(f"{result.how.place}: {result.how.measures}", fontsize=10)
    return figure


def _bytes(image: np.ndarray, result: Maximized) -> np.ndarray:
    return in_color(draw_bands(image * 255, result.images.bands, None))
