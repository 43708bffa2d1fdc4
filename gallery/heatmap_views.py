"""Heatmaps as a notebook summary, a Matplotlib figure and an animation."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.attribution.heatmaps import Heatmaps
from cnnviz.attribution.result import Attribution
from cnnviz.core.errors import UsageError
from cnnviz.data.originals import read_original

from .color import shortened
from .films.channels_film import MOST_FRAMES, film
from .notebook import LIMIT, STYLE, data_address
from .overlay import overlaid, ramp_of, reach, signed
from .sheets.heatmap_sheet import HeatSheets
from .sheets.paper import image_pixels, in_color, to_png
from .words import counted, image_ids, said_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Colors reserved for each of two ramps in a GIF, which has 256.
_STEPS = 24


def alone(result: Attribution) -> Heatmaps:
    """Return one attribution as heatmaps."""
    return Heatmaps(result.images, result.model, result.probabilities, network=result.network, attributions=(result,))


def heatmaps_png(result: Heatmaps, original: bool = False) -> bytes:
    """Return the sheet of all images and their maps as PNG; with ``original`` over the image files, at their size."""
    return to_png(HeatSheets(result, original).draw(range(len(result))))


def heatmaps_gif(result: Heatmaps) -> bytes:
    """Return a GIF with one frame per image's row of maps, one second each, played twice.

    More than 200 images raise UsageError.
    """
    if len(result) > MOST_FRAMES:
        raise UsageError(f"{len(result)} images are too many for an animation; choose at most {MOST_FRAMES}")
    sheets = HeatSheets(result)
    every = range(len(result))
    # Overlays mix the colors of image and ramp; most of a GIF's colors go to these mixtures.
    shown = [
        overlaid(image_pixels(result, i), one.maps[i], reach(one.maps[i]), both, ramp)
        for i in every
        for one, both, ramp in zip(result.attributions, sheets.signs, sheets.ramps, strict=True)
    ]
    images = [image_pixels(result, i) for i in every]
    ramps = np.unique(np.concatenate([shortened(ramp, _STEPS) for ramp in sheets.ramps]), axis=0)
    return film((sheets.draw([i]) for i in every), [*images, *shown], ramps)


def attribution_overlay(result: Attribution, image: int = 0, original: bool = False) -> np.ndarray:
    """Return one image with its map over it, (h, w, 3) uint8, at the model's size or that of the original."""
    _check_image(result, image)
    both, values = signed(result), result.maps[image]
    if not original:
        return overlaid(image_pixels(result, image), values, reach(values), both, ramp_of(both))
    held = read_original(result.images, image)
    cells = held.cells((values.shape[0], values.shape[1]), (held.pixels.shape[0], held.pixels.shape[1]))
    return overlaid(in_color(held.pixels), values, reach(values), both, ramp_of(both), cells)


def heatmaps_summary(result: Heatmaps, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters of HTML: as many images with their maps as fit, and their provenance."""
    made = "; ".join(f"{one.how.title} for {one.how.target}" for one in result.attributions[:6])
    more = f"; and {len(result.attributions) - 6} more" if len(result.attributions) > 6 else ""
    head = (
        f'<div class="cnnviz">{STYLE}<h4>{escape(result.model.name)} · heatmaps</h4>'
        f"<p>{counted(len(result), 'image')} of {escape(result.images.source)}: {escape(_short(made + more, 400))}. "
        "Write the interactive page with <code>.to_html(path)</code>.</p>"
    )
    notes = dict.fromkeys(note for one in result.attributions for note in one.how.notes)
    foot = "".join(f"<p>{escape(_short(note, 300))}</p>" for note in list(notes)[:6]) + "</div>"
    sheets = HeatSheets(result)
    for many in (8, 6, 4, 3, 2, 1):
        if many > len(result) and many > 1:
            continue
        picture = to_png(sheets.draw(range(min(many, len(result)))))
        alt = f"{counted(min(many, len(result)), 'image')}, each with its maps over it: {_short(made, 300)}"
        image = f'<img class="sheet" alt="{escape(alt, quote=True)}" src="{data_address(picture)}">'
        if len(head) + len(image) + len(foot) <= limit:
            return head + image + foot
    return head + "</div>"


def attribution_figure(result: Attribution, image: int = 0) -> Figure:
    """Draw one image, its raw map, and the overlay, with a color bar in the map's units."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import ListedColormap, Normalize
    from matplotlib.figure import Figure

    _check_image(result, image)
    image %= len(result)
    both, values = signed(result), result.maps[image]
    ramp, end = ramp_of(both), reach(values)
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    pixels = image_pixels(result, image)
    h, w = values.shape
    how = result.how
    titles = (f"image {image_ids(result)[image]}", f"{how.title}, {h}×{w} cells", "overlay")
    # Enlarged first, so that cell borders are exact.
    zoom = max(1, 280 // max(pixels.shape[:2]))
    large = pixels.repeat(zoom, axis=0).repeat(zoom, axis=1)
    norm = Normalize(-end if both else 0, end or 1)
    colors = ListedColormap(ramp / 255.0)
    shown = (pixels, values, overlaid(large, values, end, both, ramp))
    for place, (title, array) in enumerate(zip(titles, shown, strict=True)):
        axes = figure.add_subplot(1, 3, place + 1)
        if place == 1:
            flat = np.zeros_like(values) if end == 0 else values
            axes.imshow(
                flat, cmap=colors, norm=norm, interpolation="nearest", aspect=pixels.shape[0] / h * w / pixels.shape[1]
            )
        else:
            axes.imshow(array, interpolation="nearest")
        axes.set(xticks=[], yticks=[])
        axes.set_title(title, fontsize=10)
        axes.spines[:].set_visible(False)
    bar = figure.colorbar(ScalarMappable(norm, colors), ax=figure.axes, fraction=0.02, pad=0.01)
    bar.set_label(how.measures + (", flat" if end == 0 else ""), fontsize=8)
    bar.outline.set_visible(False)
    said = f"{'predicted ' if result.model.has_classes else ''}{' '.join(said_words(result, image))}".strip()
    layers = f" at {', '.join(how.layers)}" if how.layers else ""
    figure.suptitle(
        f"{how.title} for {how.target}{layers}, score {float(result.scores[image]):.4g}"
        + (f" · {said}" if said else ""),
        fontsize=11,
    )
    return figure


def _check_image(result: Attribution, image: int) -> None:
    if not -len(result) <= image < len(result):
        raise UsageError(f"there is no image {image}: the result has {len(result)}")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
