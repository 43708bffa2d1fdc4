"""Heatmaps as one PNG: a row per image, a column per map, every map with its legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from cnnviz.attribution.heatmaps import Heatmaps
from cnnviz.attribution.result import Attribution
from cnnviz.core.errors import UsageError
from cnnviz.data.originals import Original, read_original

from ..overlay import overlaid, ramp_of, reach, signed
from ..words import counted, image_ids, said_words
from .paper import ACCENT, INK, MARGIN, MUTED, enlarged, fitted, font_of, image_pixels, in_color

_SIDE = 140
_GAP = 20
_TOP = 132
_KEY = 40
#: The longest side of an original on a sheet.
_LONGEST = 1024
#: The most pixels of a sheet.
_MOST = 150_000_000


class _Shown(NamedTuple):
    """An image (h, w, 3) as it is on the sheet, and its original if it is that."""

    pixels: np.ndarray
    original: Original | None = None


class HeatSheets:
    """Sheets of heatmaps for some of the images at a time, each map on its own labeled scale.

    With ``original`` the maps lie over the image files, at their size or with a longest side of 1,024 pixels.
    """

    def __init__(self, result: Heatmaps, original: bool = False) -> None:
        self.result, self.original = result, original
        self.signs = [signed(one) for one in result.attributions]
        self.ramps = [ramp_of(sign) for sign in self.signs]
        height, width = result.images.shape[:2]
        zoom = max(1, _SIDE // max(height, width))
        shrunk = min(1.0, _SIDE / max(height, width))
        self.zoom = zoom
        self.size = (height * zoom, width * zoom) if shrunk == 1 else (round(height * shrunk), round(width * shrunk))

    def draw(self, images: Sequence[int]) -> Image.Image:
        """Draw the images at these positions."""
        shown = [self._shown(i) for i in images]
        column = max(_SIDE, *(one.pixels.shape[1] for one in shown)) + _GAP if shown else _SIDE + _GAP
        deep = sum(one.pixels.shape[0] for one in shown)
        many = len(self.result.attributions)
        size = max(2 * MARGIN + (1 + many) * column - _GAP, 560), _TOP + deep + len(images) * (_KEY + _GAP) + 8
        if size[0] * size[1] > _MOST:
            raise UsageError(f"a sheet of {counted(len(images), 'image')} is too large; choose fewer images")
        image = Image.new("RGB", size, (255, 255, 255))
        pen = ImageDraw.Draw(image)
        self._heading(pen, column)
        y = _TOP
        for i, one in zip(images, shown, strict=True):
            image.paste(Image.fromarray(one.pixels), (MARGIN, y))
            self._caption(pen, i, y + one.pixels.shape[0] + 4)
            for k in range(many):
                self._map(image, pen, (MARGIN + (k + 1) * column, y), one, i, k)
            y += one.pixels.shape[0] + _KEY + _GAP
        return image

    def _shown(self, i: int) -> _Shown:
        if not self.original:
            return _Shown(self.sized(image_pixels(self.result, i)))
        held = read_original(self.result.images, i)
        pixels = Image.fromarray(in_color(held.pixels))
        pixels.thumbnail((_LONGEST, _LONGEST), Image.Resampling.BOX)
        return _Shown(np.asarray(pixels), held)

    def sized(self, pixels: np.ndarray) -> np.ndarray:
        """Return an image at its size on the sheet."""
        if self.size[0] >= pixels.shape[0]:
            return enlarged(pixels, self.zoom)
        return np.asarray(Image.fromarray(pixels).resize(self.size[::-1], Image.Resampling.BOX))

    def _map(
        self,
        image: Image.Image,
        pen: ImageDraw.ImageDraw,
        corner: tuple[int, int],
        shown: _Shown,
        i: int,
        k: int,
    ) -> None:
        (x, y), (deep, across) = corner, shown.pixels.shape[:2]
        one: Attribution = self.result.attributions[k]
        both, ramp, values = self.signs[k], self.ramps[k], one.maps[i]
        end = reach(values)
        grid = values.shape[0], values.shape[1]
        cells = shown.original.cells(grid, (deep, across)) if shown.original else None
        # The overlay is at the enlarged size, so that cell borders match the page.
        image.paste(Image.fromarray(overlaid(shown.pixels, values, end, both, ramp, cells)), (x, y))
        strip = ramp[np.linspace(0, len(ramp) - 1, across).round().astype(int)][None].repeat(6, axis=0)
        image.paste(Image.fromarray(strip), (x, y + deep + 6))
        small, line = font_of(11), y + deep + 14
        if end == 0:
            pen.text((x, line), f"flat ({float(values.flat[0]):.3g})", ACCENT, small)
        else:
            last = f"{end:.3g}"
            pen.text((x, line), f"{-end:.3g}" if both else "0", INK, small)
            pen.text((x + across - small.getlength(last), line), last, INK, small)
        pen.text((x, line + 13), fitted(f"score {float(one.scores[i]):.4g}", 11, across), MUTED, small)

    def _heading(self, pen: ImageDraw.ImageDraw, column: int) -> None:
        result = self.result
        pen.text((MARGIN, 16), "Heatmaps", INK, font_of(22))
        words = f"{result.model.name} · {counted(len(result), 'image')} · each map on its own scale, raw, not smoothed"
        pen.text((MARGIN, 46), fitted(words, 13, 2 * MARGIN + 900), MUTED, font_of(13))
        for k, one in enumerate(result.attributions):
            x, how = MARGIN + (k + 1) * column, one.how
            cells = f"{one.maps.shape[1]} x {one.maps.shape[2]} cells"
            lines = [
                how.title,
                f"for {how.target}",
                f"{', '.join(how.layers)} · {cells}" if how.layers else cells,
                how.measures,
            ]
            for at, text in enumerate(lines):
                ink = MUTED if at else INK
                pen.text((x, 70 + 15 * at), fitted(text, 11 if at else 13, column - 6), ink, font_of(11 if at else 13))

    def _caption(self, pen: ImageDraw.ImageDraw, i: int, y: int) -> None:
        result = self.result
        said, sure = said_words(result, i)
        pen.text((MARGIN, y), fitted(said, 13, _SIDE), INK, font_of(13))
        wrong = result.truth is not None and result.truth[i] != result.predicted[i]
        second = f"{sure} · image {image_ids(result)[i]}".removeprefix(" · ")
        pen.text((MARGIN, y + 16), fitted(second, 11, _SIDE), MUTED, font_of(11))
        if wrong:
            true = result.images.class_names[result.truth[i]]  # type: ignore[index]
            pen.text((MARGIN, y + 29), fitted(f"wrong: actually {true}", 11, _SIDE), ACCENT, font_of(11))
