"""Filters of a layer as PNG, Matplotlib figure and notebook summary."""

from __future__ import annotations

import re
from html import escape
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.core.model_card import LayerInfo
from cnnviz.features.filters.result import Filters

from ..notebook import LIMIT, STYLE, data_address
from ..words import counted
from .paper import INK, MARGIN, MUTED, fitted, font_of, in_color, thumbnail, to_png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIDE, _TILES, _COLUMNS = 56, 4, 4
_TOP, _DOWN = 132, _SIDE + 50
#: The most pixels of a sheet.
_MOST = 150_000_000


def filters_sheet(result: Filters, layer: str | None = None, most: int | None = None) -> Image.Image:
    """Draw up to ``most`` filters of one layer: the patches of their strongest cells, and statistics."""
    path = _chosen(result, layer)
    shown = len(result[path]) if most is None else min(most, len(result[path]))
    step = _TILES * (_SIDE + 4) + 24
    size = 2 * MARGIN + min(_COLUMNS, max(3, shown)) * step - 24, _TOP + ceil(shown / _COLUMNS) * _DOWN + 8
    if size[0] * size[1] > _MOST:
        raise UsageError(f"a sheet of {counted(shown, 'filter')} is too large; choose another format")
    image = Image.new("RGB", size, (255, 255, 255))
    pen = ImageDraw.Draw(image)
    room = size[0] - 2 * MARGIN
    pen.text((MARGIN, 16), fitted(f"{path}: {counted(len(result[path]), 'filter')}", 22, room), INK, font_of(22))
    words = f"{result.model.name} · maximally activating patches of {counted(len(result), 'image')}"
    pen.text((MARGIN, 46), fitted(words, 13, room), MUTED, font_of(13))
    finding = result.findings[list(result).index(path)].removeprefix(f"{path}: ")
    for line, words in enumerate(re.sub(r"\s*\([^)]*\)", "", finding).split("; ")):
        pen.text((MARGIN, 68 + 16 * line), fitted(words, 11, room), MUTED, font_of(11))
    for i in range(shown):
        _filter(image, pen, result, path, i, (MARGIN + i % _COLUMNS * step, _TOP + i // _COLUMNS * _DOWN))
    return image


def _filter(
    image: Image.Image, pen: ImageDraw.ImageDraw, result: Filters, path: str, i: int, corner: tuple[int, int]
) -> None:
    x, y = corner
    held, info = result[path], result.model.layer(path)
    if held.dead[i] < 1:
        for rank, (position, cell, _) in enumerate(result.responses.top(path, i, _TILES)):
            patch = Image.fromarray(thumbnail(_patch(result, info, position, cell), _SIDE))
            image.paste(patch, (x + rank * (_SIDE + 4), y))
    else:
        pen.text((x, y + 18), f"dead on all {len(result):,} images", MUTED, font_of(13))
    room = _TILES * (_SIDE + 4)
    numbers = f"{i} · norm {held.norm[i]:.2g} · entropy {held.entropy[i]:.1f} bits"
    pen.text((x, y + _SIDE + 4), fitted(numbers, 11, room), INK, font_of(11))
    words = [] if np.isnan(held.selectivity[i]) else [f"selectivity {held.selectivity[i]:.2f}"]
    words += [f"twin {held.twins.twin[i]}" for pair in held.twins.pairs() if i in pair][:1]
    words += ["like shuffled weights"] if held.structure.like_shuffled[i] else []
    pen.text((x, y + _SIDE + 20), fitted(" · ".join(words), 11, room), MUTED, font_of(11))


def _patch(result: Filters, info: LayerInfo, position: int, cell: int) -> np.ndarray:
    """Return the receptive field of a cell in an image, (h, w, 3) uint8; the whole image if unknown."""
    row, column = divmod(cell, info.shape[1]) if info.spatial else (0, 0)
    height, width = result.images.shape[:2]
    top, left, bottom, right = info.field_of(row, column, (height, width)) or (0, 0, height, width)
    return in_color(result.images.drawn[position, top:bottom, left:right])


def filters_png(result: Filters, layer: str | None = None) -> bytes:
    """Return the sheet of one layer as PNG."""
    return to_png(filters_sheet(result, layer))


def filters_summary(result: Filters, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters of HTML: the findings, and the first filters of the first layer."""
    told = "".join(f"<p>{escape(finding)}</p>" for finding in result.findings)
    head = (
        f'<div class="cnnviz">{STYLE}<h4>{escape(result.model.name)} · filters</h4>{told}'
        f"<p>From {counted(len(result), 'image')}. Write the interactive page with <code>.to_html(path)</code>.</p>"
    )
    path = _chosen(result, None)
    for most in (32, 16, 8, 4):
        picture = to_png(filters_sheet(result, path, most))
        alt = f"The first filters of {path}, each with its maximally activating patches and statistics"
        image = f'<img class="sheet" alt="{escape(alt, quote=True)}" src="{data_address(picture)}">'
        if len(head) + len(image) + 6 <= limit:
            return head + image + "</div>"
    return head + "</div>"


def filters_figure(result: Filters, layer: str | None = None) -> Figure:
    """Draw the distribution of each statistic over the filters of one layer, and the range of the shuffles."""
    from matplotlib.figure import Figure

    path = _chosen(result, layer)
    held = result[path]
    panels = {
        "L2 norm": held.norm,
        "entropy (bits)": held.entropy,
        "dead share": held.dead,
        "selectivity": held.selectivity,
        "cosine with the nearest twin": held.twins.cosine,
        held.structure.measure or "structure": held.structure.value,
    }
    figure = Figure(figsize=(10, 5), layout="constrained")
    for axes, (name, values) in zip(figure.subplots(2, 3).flat, panels.items(), strict=True):
        axes.hist(values[~np.isnan(values)], bins=20, color="#3b528b")
        axes.set(xlabel=name, ylabel="filters")
        axes.spines[["top", "right"]].set_visible(False)
    if held.structure.measure:
        low, high = np.nanmean(held.structure.null[:, [0, 2]], axis=0)
        axes.axvspan(low, high, color="#000", alpha=0.12, lw=0, label="95 % of shuffles")
        axes.legend(frameon=False)
    figure.suptitle(f"{result.model.name} · {path}: {counted(len(held), 'filter')}")
    return figure


def _chosen(result: Filters, layer: str | None) -> str:
    path = layer or next(iter(result))
    if path not in result.layers:
        raise UnknownNameError("layer", path, list(result))
    return path
