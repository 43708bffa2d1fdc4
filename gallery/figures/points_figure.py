"""Maps of images, similarities of layers and training curves as Matplotlib figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.callbacks.snapshot_series import SnapshotSeries
from cnnviz.features.representation.embedding import Embedding
from cnnviz.features.representation.similarity import Similarity

from ..sheets.embedding_sheet import COLORS, TITLES
from ..sheets.training_chart import curves_of
from ..words import class_name, counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_TRAINING, _VALIDATION = "#5d6167", "#b8400e"
#: The most classes in a legend.
_MOST = 20


def embedding_figure(result: Embedding) -> Figure:
    """Draw the images as points in the colors of their classes, one panel per method; mistakes have a black edge."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1.6 + 4.8 * len(result.points), 4.8), layout="constrained")
    known = result.reference_class
    classes = np.zeros(len(result), int) if known is None else known
    wrong = np.zeros(len(result), bool) if result.right is None else ~result.right
    panels = np.ravel(figure.subplots(1, len(result.points), squeeze=False))
    for axes, (method, points) in zip(panels, result.points.items(), strict=True):
        for number in np.unique(classes).tolist():
            own, color = classes == number, np.frombuffer(COLORS[number % len(COLORS)], np.uint8) / 255
            edges = ["black" if one else "none" for one in wrong[own]]
            label = "image" if known is None else class_name(result, number)
            axes.scatter(*points[own].T, s=24, color=color, edgecolors=edges, label=label)
        axes.set(xticks=[], yticks=[], title=TITLES[method])
        axes.spines[:].set_color("#e2e2dd")
        axes.set_aspect("equal", "datalim")
    if known is not None and len(np.unique(classes)) <= _MOST:
        handles, names = panels[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside right upper", frameon=False, fontsize="small")
    figure.suptitle(f"{result.model.name}, {result.layer.path}: {counted(len(result), 'image')}", fontsize=11)
    return figure


def similarity_figure(result: Similarity) -> Figure:
    """Draw linear CKA of every pair of layers, from 0 (unrelated) to 1 (identical up to rotation and scale)."""
    from matplotlib.figure import Figure

    rows, columns = result.values.shape
    figure = Figure(figsize=(2.6 + 0.5 * columns, 2 + 0.42 * rows), layout="constrained")
    axes = figure.add_subplot()
    drawn = axes.imshow(result.values, cmap="viridis", vmin=0, vmax=1, interpolation="nearest")
    axes.set_xticks(range(columns), result.columns, rotation=40, ha="right", rotation_mode="anchor", fontsize=8)
    axes.set_yticks(range(rows), result.rows, fontsize=8)
    axes.spines[:].set_visible(False)
    for i, j in np.ndindex(rows, columns):
        if np.isfinite(result.values[i, j]) and max(rows, columns) <= _MOST:
            ink = "black" if result.values[i, j] > 0.6 else "white"
            axes.text(j, i, f"{result.values[i, j]:.2f}", ha="center", va="center", color=ink, fontsize=8)
    bar = figure.colorbar(drawn, ax=axes, fraction=0.04, pad=0.02)
    bar.set_label("linear CKA")
    bar.outline.set_visible(False)
    other = "" if result.other is None else f" and {result.other.name}"
    axes.set_title(f"{result.model.name}{other}, {counted(len(result), 'image')}", fontsize=10)
    return figure


def training_figure(result: SnapshotSeries) -> Figure:
    """Draw the curves of a training and mark its best epoch; without any values yet, an empty panel says so."""
    from matplotlib.figure import Figure

    curves = curves_of(result)
    figure = Figure(figsize=(4.8 * max(1, len(curves)), 3.4), layout="constrained")
    if not curves:
        figure.text(0.5, 0.5, "no values yet", ha="center", color=_TRAINING)
    for place, curve in enumerate(curves):
        axes = figure.add_subplot(1, len(curves), place + 1)
        lines = (("training", curve.training, _TRAINING), ("validation", curve.validation, _VALIDATION))
        for label, points, ink in lines:
            if points:
                axes.plot(*zip(*points, strict=True), "o-", color=ink, markersize=3, label=label)
        if result.best:
            axes.axvline(result.best, color="#b9bcbf", linestyle="--", linewidth=1, label=f"best: epoch {result.best}")
        axes.set(xlabel="epoch", title=curve.title)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize="small")
    return figure
