"""Matplotlib figures for notebooks and papers, without pyplot and its global state."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.features.activations import Activations

from ..words import said_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = 16


def activations_figure(result: Activations, layer: str, image: int = 0) -> Figure:
    """Draw an image and every channel of one layer for it, each channel on its own scale.

    ``image`` is a position in the result. Flat maps are drawn at the low end. A layer of units is a bar chart of
    their values.
    """
    from matplotlib.figure import Figure

    if layer not in result.values:
        raise UnknownNameError("layer", layer, list(result.values))
    if not -len(result) <= image < len(result):
        raise UsageError(f"there is no image {image}: the result has {len(result)}")
    values = result[layer][image]
    title = _title(result, layer, image)
    if values.ndim != 3:
        figure = Figure(figsize=(9, 3), layout="constrained")
        axes = figure.add_subplot()
        axes.bar(np.arange(values.size), values.ravel(), color="#3b528b", width=0.8)
        axes.set(xlabel="unit", ylabel="activation", title=title)
        axes.spines[["top", "right"]].set_visible(False)
        return figure
    rows = ceil(values.shape[2] / COLUMNS)
    figure = Figure(figsize=(9, 1.0 + 0.56 * rows), layout="constrained")
    axes = figure.add_subplot()
    drawn = axes.imshow(tile_channels(values), cmap="viridis", vmin=0, vmax=1, interpolation="nearest")
    axes.set(xticks=[], yticks=[], title=title)
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(drawn, ax=axes, ticks=[0, 1], fraction=0.025, pad=0.01)
    bar.ax.set_yticklabels(["channel's low", "channel's high"])
    bar.outline.set_visible(False)
    return figure


def tile_channels(values: np.ndarray, columns: int = COLUMNS, gap: int = 1) -> np.ndarray:
    """Return (h, w, channels) maps as tiles, each stretched to 0…1, with NaN in between; a flat map is 0."""
    h, w, channels = values.shape
    columns = min(columns, channels)
    rows = ceil(channels / columns)
    sheet = np.full((rows * (h + gap) - gap, columns * (w + gap) - gap), np.nan, np.float32)
    low = values.min(axis=(0, 1))
    span = values.max(axis=(0, 1)) - low
    # Flat maps are divided by 1; stretching them would amplify rounding noise.
    stretched = (values - low) / np.where(span > 0, span, 1)
    for channel in range(channels):
        top, left = (channel // columns) * (h + gap), (channel % columns) * (w + gap)
        sheet[top : top + h, left : left + w] = stretched[..., channel]
    return sheet


def _title(result: Activations, layer: str, image: int) -> str:
    images = result.images
    assert images.indices is not None
    named = images.names[image] if images.names else f"image {images.indices[image]}"
    if not result.model.has_classes:
        return f"{layer} · {named}: {said_words(result, image)[0]}".removesuffix(": ")
    said = result.model.class_names[result.predicted[image]]
    true = "" if result.truth is None else f", labeled {images.class_names[result.truth[image]]}"
    sure = 100 * result.probabilities[image].max()
    return f"{layer} · {named}: predicted {said} {sure:.0f} %{true}"
