"""Responses and statistics of layers as Matplotlib figures, PNG and notebook summaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.errors import UnknownNameError
from cnnviz.features.representation.layer_statistics import Statistics
from cnnviz.features.responses import Responses

from ..notebook import cell
from ..words import class_name, counted
from .conversion import figure_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ORANGE, _BLUE, _GRAY, _MUTED = "#b8400e", "#1f5fa8", "#b9bcbf", "#5d6167"
#: The most classes named at an axis.
_MOST = 20


def responses_figure(result: Responses, layer: str | None = None) -> Figure:
    """Draw the responses of one layer's channels: the mean for each class, and the share of nonzero cells.

    The layer is the first unless named.
    """
    from matplotlib.figure import Figure

    path = next(iter(result.layers)) if layer is None else layer
    if path not in result.layers:
        raise UnknownNameError("layer", path, list(result.layers))
    held = result[path]
    classes, channels = held.profile.shape
    figure = Figure(figsize=(9, 3 + 0.24 * min(classes, _MOST)), layout="constrained")
    upper, lower = figure.subplots(2, 1, height_ratios=(2.4, 1), sharex=True)
    drawn = upper.imshow(held.profile, cmap="viridis", aspect="auto", interpolation="nearest")
    if classes <= _MOST:
        upper.set_yticks(range(classes), [class_name(result, i) for i in range(classes)], fontsize=8)
    upper.set_title(f"{path}: mean response of each channel by class, {counted(len(result), 'image')}", fontsize=10)
    upper.spines[:].set_visible(False)
    figure.colorbar(drawn, ax=upper, fraction=0.025, pad=0.01).outline.set_visible(False)
    lower.bar(np.arange(channels), 100 * held.active, width=1.0, color=_GRAY)
    dead = np.flatnonzero(held.dead)
    lower.plot(dead, np.zeros(len(dead)), "x", color=_ORANGE, label=f"dead: {len(dead)}")
    lower.set(xlabel="channel", ylabel="cells not zero, %", ylim=(-4, 104), xlim=(-0.5, channels - 0.5))
    lower.spines[["top", "right"]].set_visible(False)
    if len(dead):
        lower.legend(frameon=False, fontsize="small")
    return figure


def responses_png(result: Responses, layer: str | None = None) -> bytes:
    """Return the figure as PNG."""
    return figure_png(responses_figure(result, layer))


def responses_summary(result: Responses) -> str:
    """Return the first layer for a notebook, and the number of dead channels of each layer."""
    dead = {path: int(held.dead.sum()) for path, held in result.layers.items()}
    words = [f"{path}: {counted(len(result[path].low), 'channel')}, {many} dead" for path, many in dead.items()]
    alt = f"Mean response of each channel of {next(iter(result.layers))} by class"
    title = f"{result.model.name}: responses to {counted(len(result), 'image')}"
    return cell(title, words[:8], alt, [responses_png(result)])


def statistics_figure(result: Statistics) -> Figure:
    """Draw the sparseness of each layer, and the effective dimensions of its activations."""
    from matplotlib.figure import Figure

    layers, names = list(result.layers.values()), list(result.layers)
    figure = Figure(figsize=(10, 2 + 0.3 * len(names)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    sparse = {"population": _BLUE, "lifetime": _ORANGE, "zeros": _MUTED}
    _dots(left, names, {name: ([getattr(one, name) for one in layers], ink) for name, ink in sparse.items()})
    left.set(xlim=(-0.02, 1.02), title="sparseness, and share of zeros")
    wide = {"rank": _BLUE, "participation": _ORANGE, "units": _GRAY}
    _dots(right, names, {name: ([getattr(one, name) for one in layers], ink) for name, ink in wide.items()})
    right.set(xscale="log", title="dimensions: effective rank, participation ratio, number of units")
    for axes in (left, right):
        axes.title.set_fontsize(10)
        axes.legend(frameon=False, fontsize="small")
    return figure


def _dots(axes: Axes, names: list[str], rows: dict[str, tuple[list[float], str]]) -> None:
    for label, (values, ink) in rows.items():
        axes.plot(values, range(len(names)), "o", color=ink, label=label)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(axis="y", color="#e2e2dd", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)


def statistics_png(result: Statistics) -> bytes:
    """Return the figure as PNG."""
    return figure_png(statistics_figure(result))


def statistics_summary(result: Statistics) -> str:
    """Return the figure for a notebook."""
    title = f"{result.model.name}: statistics of {counted(len(result.layers), 'layer')}"
    words = [f"From {counted(len(result), 'image')} of {result.images.source}"]
    return cell(title, words, "Sparseness and dimensions of each layer", [statistics_png(result)])
