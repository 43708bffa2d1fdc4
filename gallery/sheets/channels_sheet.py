"""Sheets with every channel of a layer for every image, tiled as one array and encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from PIL import Image, ImageDraw

from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.core.signal import dead_channels, flat_maps, is_constant
from cnnviz.features.activations import Activations

from ..color import colorize, diverging, shortened, viridis
from ..words import counted, image_ids, said_words
from .paper import ACCENT, INK, MARGIN, MUTED, STRIKE, enlarged, fitted, font_of, image_pixels, thumbnail

SCALES = {
    "channel": "each map on its own scale",
    "picture": "one scale for each image",
    "layer": "one scale for the layer",
    "shared": "each channel on one scale for all images",
}
_COLUMNS = 16
_GAP = 4
_SIDE = 52
_PICTURE = 112


def activations_sheet(result: Activations, layer: str, scale: str = "channel") -> Image.Image:
    """Draw all channels of one layer, a block of rows for each image, with the image and a legend.

    ``scale`` is "channel", "picture", "layer" or "shared", as on the page. Flat maps are struck through, twice if the
    channel is dead on all images.
    """
    return LayerSheets(result, layer, scale).draw(range(len(result)))


class LayerSheets:
    """Sheets of a layer for some of its images at a time, with scales and marks over all of them.

    ``steps`` is the maximum number of colors of the ramp.
    """

    def __init__(self, result: Activations, layer: str, scale: str = "channel", steps: int = 256) -> None:
        if layer not in result.values:
            raise UnknownNameError("layer", layer, list(result.values))
        if scale not in SCALES:
            raise UnknownNameError("scale", scale, list(SCALES))
        values = result[layer]
        self.result, self.layer = result, layer
        self.dead, self.flat = set(dead_channels(values)), flat_maps(values)
        if values.ndim != 4:
            values = values.reshape(len(values), 1, 1, -1)
            # A unit is a map of one cell, which would always be at the top of its own scale.
            scale = "picture" if scale == "channel" else scale
        self.values, self.scale = values, scale
        self.ramp = shortened(diverging() if (values < 0).any() else viridis(), steps)
        self.low, self.high = ends(values, scale)

    def draw(self, images: Sequence[int]) -> Image.Image:
        """Draw the images at these positions."""
        height, width, channels = self.values.shape[1:]
        zoom = max(1, _SIDE // max(height, width)) if height * width > 1 else 24
        tile = height * zoom, width * zoom
        down, across = tile[0] + _GAP, tile[1] + _GAP
        columns = min(_COLUMNS, channels)
        block = max(ceil(channels / columns) * down - _GAP, _PICTURE + 44) + MARGIN
        left, top = MARGIN * 2 + _PICTURE, 88
        size = max(left + columns * across - _GAP + MARGIN, 560), top + len(images) * block + 8
        if size[0] * size[1] > 150_000_000:
            count = counted(len(images), "image")
            raise UsageError(f"a sheet of {count} and {channels} channels is too large; choose fewer images")
        sheet = np.full((size[1], size[0], 3), 255, np.uint8)
        corners = [(top + i // columns * down, left + i % columns * across) for i in range(channels)]
        thumbs = [thumbnail(image_pixels(self.result, i), _PICTURE) for i in images]
        for row, i in enumerate(images):
            low, high = (ends[i if len(ends) > 1 else 0] for ends in (self.low, self.high))
            tiles = colorize(self.values[i], low, high, self.ramp)
            for channel, (y, x) in enumerate(corners):
                place = slice(y + row * block, y + row * block + tile[0]), slice(x, x + tile[1])
                sheet[place] = enlarged(tiles[:, :, channel], zoom)
            y = top + row * block
            sheet[y : y + thumbs[row].shape[0], MARGIN : MARGIN + thumbs[row].shape[1]] = thumbs[row]
        image = Image.fromarray(sheet)
        pen = ImageDraw.Draw(image)
        _title(pen, self)
        _legend(image, pen, self)
        for row, i in enumerate(images):
            _caption(pen, self.result, i, top + row * block + thumbs[row].shape[0] + 6)
            for which in np.flatnonzero(self.flat[i]):
                y, x = corners[which]
                _strike(pen, (x, y + row * block), (tile[1], tile[0]), int(which) in self.dead)
        return image


def ends(values: np.ndarray, scale: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of the first and last color, both broadcastable to (n, 1, 1, channels).

    They start at 0 for a nonnegative layer and are symmetric about 0 otherwise.
    """
    axes = {"channel": (1, 2), "picture": (1, 2, 3), "layer": (0, 1, 2, 3), "shared": (0, 1, 2)}[scale]
    least, most = values.min(axis=axes, keepdims=True), values.max(axis=axes, keepdims=True)
    high = most.clip(min=0)
    reach = np.maximum(high, -least)
    low, high = (-reach, reach) if (values < 0).any() else (np.zeros_like(high), high)
    # A flat map gets the lowest color of its own scale, not the highest.
    flat = is_constant(least, most) & (scale == "channel") & (values.shape[1] * values.shape[2] > 1)
    return np.where(flat, least, low), np.where(flat, most, high)


def _title(pen: ImageDraw.ImageDraw, sheets: LayerSheets) -> None:
    result, layer = sheets.result, sheets.layer
    height, width, channels = sheets.values.shape[1:]
    pen.text((MARGIN, 16), fitted(layer, 22, 420), INK, font_of(22))
    what = (
        f"{height} x {width}, {counted(channels, 'channel')}" if result[layer].ndim == 4 else counted(channels, "unit")
    )
    words = f"{result.model.name} · {what} · {counted(len(result), 'image')}"
    pen.text((MARGIN, 46), fitted(words, 13, 500), MUTED, font_of(13))
    if sheets.flat.any():
        all_of_them = "this image" if len(result) == 1 else "all of them"
        pen.text((MARGIN, 64), f"struck once: flat; twice: dead on {all_of_them}", MUTED, font_of(11))


def _caption(pen: ImageDraw.ImageDraw, result: Activations, position: int, y: int) -> None:
    labels = result.truth
    right = labels is None or labels[position] == result.predicted[position]
    first, sure = said_words(result, position)
    pen.text((MARGIN, y), fitted(first, 13, _PICTURE + 12), INK, font_of(13))
    second = f"{sure} · image {image_ids(result)[position]}".removeprefix(" · ")
    if not right and labels is not None:
        second = f"wrong: actually {result.images.class_names[labels[position]]}"
    pen.text((MARGIN, y + 17), fitted(second, 11, _PICTURE + 12), MUTED if right else ACCENT, font_of(11))


def _strike(pen: ImageDraw.ImageDraw, corner: tuple[int, int], size: tuple[int, int], dead: bool) -> None:
    (x, y), (w, h) = corner, size
    pen.line((x, y + h - 1, x + w - 1, y), STRIKE)
    if dead:
        pen.line((x, y, x + w - 1, y + h - 1), STRIKE)


def _legend(image: Image.Image, pen: ImageDraw.ImageDraw, sheets: LayerSheets) -> None:
    """Draw the ramp with its ends, or the range of the ends if every map has its own."""
    low, high, ramp = sheets.low, sheets.high, sheets.ramp
    signed = bool((low < 0).any())
    steps = 200
    strip = ramp[np.linspace(0, len(ramp) - 1, steps).round().astype(int)][None].repeat(10, axis=0)
    x, y = image.width - MARGIN - steps, 24
    image.paste(Image.fromarray(strip), (x, y))
    font = font_of(11)
    if high.size == 1:
        first, last = f"{float(low.min()):.3g}", f"{float(high.max()):.3g}"
    else:
        first = "− its maximum" if signed else "0"
        last = f"{'+ its maximum' if signed else 'its maximum'}, {float(high.min()):.3g} to {float(high.max()):.3g}"
    pen.text((x, y + 13), first, INK, font)
    pen.text((x + steps - font.getlength(last), y + 13), last, INK, font)
    words = f"activation, {SCALES[sheets.scale]}"
    pen.text((x + steps - font.getlength(words), y + 28), words, MUTED, font)
