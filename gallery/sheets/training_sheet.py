"""A training as PNG, as an animation of its snapshots, and as a notebook summary."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from cnnviz.callbacks.snapshot_limits import KeptFilters
from cnnviz.callbacks.snapshot_series import SnapshotSeries

from ..color import colorize, diverging, shortened, viridis
from ..figures.conversion import figure_png
from ..figures.points_figure import training_figure
from ..films.channels_film import STEPS, film
from ..notebook import cell
from ..overlay import colored
from ..words import certainty, class_name, counted, score_name
from .paper import ACCENT, BAR, INK, MARGIN, MUTED, PAPER, RULE, fitted, font_of, image_pixels, thumbnail, to_png
from .training_chart import chart, curves_of

_WIDTH, _CHART, _PICTURE = 1012, 190, 84
_TOP, _GAP = 80, 20
#: The most layers of each kind, and the pixels of a row of tiles.
_LAYERS, _ROW = 3, 472
#: Kernels with more cells are shown larger, with fewer per row.
_LARGE = 14


class TrainingSheets:
    """Sheets of one snapshot each, all of one size and on one scale."""

    def __init__(self, result: SnapshotSeries) -> None:
        self.result = result
        self.signed, self.plain = shortened(diverging(), STEPS // 2), shortened(viridis(), STEPS // 2)
        self.curves = curves_of(result)[:3]
        self.below = _TOP + (_CHART + 40 if self.curves else 0)
        self.first = self.below + _PICTURE + 76
        self.kernels, self.maps = result.kept[:_LAYERS], result.seen[:_LAYERS]
        # Two columns; each block goes to the shorter one.
        tops, self.places = [self.first, self.first], []
        for _, _, tiles in self._blocks(0):
            column = int(tops[1] < tops[0])
            self.places.append((MARGIN + column * (_ROW + _GAP), tops[column]))
            tops[column] += tiles.shape[0] + 52
        self.size = (_WIDTH, max(tops) + 8)

    @property
    def ramp(self) -> np.ndarray:
        """The colors of all maps."""
        return np.concatenate([self.signed, self.plain])

    def draw(self, moment: int) -> Image.Image:
        """Draw one snapshot."""
        result, epoch = self.result, float(self.result.epochs[moment])
        image = Image.new("RGB", self.size, PAPER)
        pen = ImageDraw.Draw(image)
        room = _WIDTH - 2 * MARGIN
        name = "before training" if epoch == 0 else f"epoch {round(epoch, 2):g}"
        pen.text((MARGIN, 16), fitted(f"Training, {name}", 22, room), INK, font_of(22))
        last = counted(int(result.epochs[-1]), "epoch") if result.epochs[-1] >= 1 else "the first epoch"
        words = f"{result.model.name} · {last} · one scale for all snapshots"
        pen.text((MARGIN, 46), fitted(words, 13, room), MUTED, font_of(13))
        each = (room - (len(self.curves) - 1) * _GAP) // max(1, len(self.curves))
        for i, curve in enumerate(self.curves):
            chart(pen, curve, (MARGIN + i * (each + _GAP), _TOP, each, _CHART), epoch, float(result.epochs[-1]))
        self._pictures(image, pen, moment)
        for (x, y), (title, words, tiles) in zip(self.places, self._blocks(moment), strict=True):
            pen.text((x, y), fitted(title, 13, _ROW), INK, font_of(13))
            pen.text((x, y + 17), fitted(words, 11, _ROW), MUTED, font_of(11))
            image.paste(Image.fromarray(tiles), (x, y + 34))
        return image

    def _blocks(self, moment: int) -> list[tuple[str, str, np.ndarray]]:
        """Return title, caption and tiles of each layer: its kernels, and its activations for the first image."""
        result, found = self.result, []
        for one in self.kernels:
            values = result.kernels[one.path]
            reach = float(np.abs(values).max())
            tiles, columns = _kernel_tiles(values[moment], one)
            colors = colorize(tiles, -reach, reach, self.signed)
            noun = "units" if one.kind == "Dense" else "filters"
            words = f"±{reach:.3g} · {_part(one.filters, one.of_filters)} {noun}"
            if one.inputs < one.of_inputs:
                words += f" on {_part(one.inputs, one.of_inputs)} inputs"
            side = 56 if one.kept[1] > _LARGE else 26
            found.append((f"{one.path}: weights", words, _mosaic(colors, columns, side)))
        for kept in self.maps:
            values = result.maps[kept.path]
            low, high = float(values.min()), float(values.max())
            both = low < 0
            low, high = (-max(-low, high), max(-low, high)) if both else (0.0, high)
            tiles = values[moment, 0].transpose(2, 0, 1)
            colors = colorize(tiles, low, high, self.signed if both else self.plain)
            units = kept.shape == (1, 1)
            what = f"{_part(kept.channels, kept.of_channels)} {'units' if units else 'channels'}, first image"
            columns, side = (32, 12) if units else (8, 54)
            words = f"{low:.3g} to {high:.3g} · {what}"
            found.append((f"{kept.path}: activations", words, _mosaic(colors, columns, side)))
        return found

    def _pictures(self, image: Image.Image, pen: ImageDraw.ImageDraw, moment: int) -> None:
        result = self.result
        step = (_WIDTH - 2 * MARGIN) // len(result)
        side = min(_PICTURE, (step - 10) // (1 if result.heat is None else 2))
        for i in range(len(result)):
            x, y = MARGIN + i * step, self.below
            plain = image_pixels(result, i)
            tiles = [thumbnail(plain, side)]
            if result.heat is not None and result.how is not None:
                tiles.append(thumbnail(self.laid(moment, i), side))
            for place, tile in enumerate(tiles):
                image.paste(Image.fromarray(tile), (x + place * (tile.shape[1] + 3), y))
            shares = result.answers[moment, i]
            followed = int(result.classes[i])
            best = int(shares.argmax()) if result.range is None else followed
            wrong = result.truth is not None and best != followed
            under, room = y + tiles[0].shape[0] + 5, step - 10
            pen.text((x, under), fitted(score_name(result, best), 13, room), ACCENT if wrong else INK, font_of(13))
            words, length = certainty(float(shares[best])), float(shares[followed])
            if result.range is not None:
                low, high = result.range
                words, length = f"{shares[followed]:.4g}", (length - low) / (high - low or 1.0)
                if result.true_values is not None:
                    words += f", true {result.true_values[i]:.4g}"
            if wrong:
                words += f", {class_name(result, followed)} {certainty(float(shares[followed]))}"
            pen.text((x, under + 17), fitted(words, 11, room), MUTED, font_of(11))
            pen.rectangle((x, under + 35, x + room, under + 40), RULE)
            wide = int(room * length)
            pen.rectangle((x, under + 35, x + wide, under + 40), ACCENT if best == followed else BAR)

        if result.heat is not None and result.how is not None:
            words = (
                f"{result.how.title} of the {result.how.target} at {', '.join(result.how.layers)}: "
                f"{'±' if result.how.signed else '0 to '}{np.abs(result.heat).max():.3g} in all snapshots"
            )
            pen.text((MARGIN, self.first - 24), fitted(words, 11, _WIDTH - 2 * MARGIN), MUTED, font_of(11))

    def laid(self, moment: int, image: int) -> np.ndarray:
        """Return an image with its heatmap, on one scale for all snapshots, (h, w, 3) uint8."""
        heat, how, plain = self.result.heat, self.result.how, image_pixels(self.result, image)
        if heat is None or how is None:
            return plain
        values = heat[moment, image]
        both = bool(how.signed or (heat < 0).any())
        colors, cover = colored(values, float(np.abs(heat).max()), both, self.signed if both else self.plain)
        rows, columns = (
            np.minimum(own - 1, ((np.arange(extent) + 0.5) * own / extent).astype(int))
            for own, extent in zip(values.shape, plain.shape[:2], strict=True)
        )
        share = cover[np.ix_(rows, columns)][..., None]
        return np.rint(plain + share * (colors[np.ix_(rows, columns)] - plain.astype(float))).astype(np.uint8)


def _part(some: int, of: int) -> str:
    return f"the first {some} of {of}" if some < of else f"all {of}"


def _kernel_tiles(kernel: np.ndarray, one: KeptFilters) -> tuple[np.ndarray, int]:
    """Return (tiles, h, w) of a kernel (h, w, inputs, filters), and the number per row."""
    if one.shape == (1, 1):
        return kernel[0, 0][None], 1
    tiles = kernel.transpose(3, 2, 0, 1).reshape(-1, *kernel.shape[:2])
    if one.inputs > 3:
        return tiles, one.inputs
    return tiles, 8 if one.kept[1] > _LARGE else 16 - 16 % one.inputs


def _mosaic(tiles: np.ndarray, columns: int, side: int) -> np.ndarray:
    """Return tiles (n, h, w, 3) as one image, each enlarged by an integer to about ``side`` pixels."""
    count, height, width = tiles.shape[:3]
    columns = min(columns, count)
    side = min(side, (_ROW + 3) // columns - 3) if columns > 1 else min(200, _ROW)
    zoom = max(1, side // max(height, width))
    columns = max(1, min(columns, (_ROW + 3) // (width * zoom + 3)))
    rows = -(-count // columns)
    down, across = height * zoom + 3, width * zoom + 3
    sheet = np.full((rows * down - 3, columns * across - 3, 3), 255, np.uint8)
    for i, tile in enumerate(tiles):
        y, x = i // columns * down, i % columns * across
        sheet[y : y + height * zoom, x : x + width * zoom] = tile.repeat(zoom, 0).repeat(zoom, 1)
    return sheet[:, :_ROW]


def training_png(result: SnapshotSeries) -> bytes:
    """Return the last snapshot as PNG."""
    return to_png(TrainingSheets(result).draw(len(result.epochs) - 1))


def training_gif(result: SnapshotSeries) -> bytes:
    """Return a GIF of all snapshots, about a third of a second each and the last for two, played twice."""
    sheets = TrainingSheets(result)
    last = len(result.epochs) - 1
    times = [350] * last + [2000]
    # Colors besides ramps and inks: some of the images, with and without heatmaps.
    some = {0, last // 2, last}
    images = [image_pixels(result, i) for i in range(len(result))]
    images += [sheets.laid(moment, i) for moment in sorted(some) for i in range(len(result))]
    return film((sheets.draw(i) for i in range(last + 1)), images, sheets.ramp, times)


def training_summary(result: SnapshotSeries) -> str:
    """Return HTML: the last snapshot, and how to get the page."""
    return cell(repr(result), [], repr(result), [training_png(result), figure_png(training_figure(result))])
