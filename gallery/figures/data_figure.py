"""A data report as a Matplotlib figure, PNG and notebook summary."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.reports.dataset.result import DataReport

from ..notebook import LIMIT, STYLE, data_address
from .conversion import figure_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: The most classes in a figure, those with the most images.
MOST = 20
_FIRST, _SECOND, _INK, _MUTED = "#b9bcbf", "#b8400e", "#1b1c1e", "#5d6167"


def data_figure(result: DataReport, order: str = "class") -> Figure:
    """Draw mean images, mean pixels and correlations of the classes; ``order``: "class" or "cluster"."""
    from matplotlib.figure import Figure

    if order not in ("class", "cluster"):
        raise UsageError(f'order is "class" or "cluster", not {order!r}')
    counts = result.first.profile.tally.counts
    most = set(np.argsort(-counts, kind="stable")[:MOST].tolist())
    chosen = [int(k) for k in (result.order if order == "cluster" else range(len(counts))) if int(k) in most]
    names = [_short(result.class_names[k]) for k in chosen]
    figure = Figure(figsize=(11, 2.6 + 0.42 * max(6, len(chosen))), layout="constrained")
    figure.suptitle(_title(result), x=0.01, ha="left", fontsize=13, fontweight="bold", color=_INK)
    halves = figure.subfigures(2, 1, height_ratios=[1, max(2.2, 0.34 * len(chosen))])
    top, below = np.asarray(halves).tolist()
    for k, name, axes in zip(chosen, names, np.ravel(top.subplots(1, len(chosen), squeeze=False)), strict=True):
        _face(axes, result, k)
        if len(chosen) <= 12:
            axes.set_title(name, fontsize=8, color=_INK)
    left, right = below.subplots(1, 2, width_ratios=[1, 1.25])
    _means(left, result, chosen, names)
    _correlation(right, result, chosen, names)
    return figure


def data_png(result: DataReport, order: str = "class") -> bytes:
    """Return the figure as PNG, the same bytes for the same result."""
    return figure_png(data_figure(result, order))


def data_summary(result: DataReport, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters of HTML: the findings, and the figure if it fits."""
    found = "".join(f"<p><b>{escape(one['figure'])}</b> {escape(one['text'])}</p>" for one in result.highlights[:8])
    head = (
        f'<div class="cnnviz">{STYLE}<h4>{escape(_title(result))}</h4>{found}'
        "<p>Write the interactive page with <code>.to_html(path)</code>.</p>"
    )
    alt = "Mean images of the classes, their mean pixels, and correlations between them"
    image = f'<img class="sheet" alt="{alt}" src="{data_address(data_png(result))}">'
    return (head + image if len(head) + len(image) + 6 <= limit else head) + "</div>"


def _title(result: DataReport) -> str:
    sets = [f"{len(one):,} in {_short(one.name, 30)}" for one in result.sets]
    source = result.first.profile.source
    if len(sets) < 2:
        return f"{_short(source, 60)}: {len(result.first):,} image{'' if len(result.first) == 1 else 's'}"
    return f"{_short(source.removesuffix(':train'), 60)}: {', '.join(sets)}"


def _short(name: str, most: int = 18) -> str:
    # Matplotlib reads a dollar sign as the start of a formula.
    return (name if len(name) <= most else name[: most - 1] + "…").replace("$", r"\$")


def _face(axes: Axes, result: DataReport, k: int) -> None:
    profile = result.first.profile
    face = profile.class_pictures[k]
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    if np.isfinite(face).all():
        shown = np.clip(_drawn(face, result) / profile.peak, 0, 1)
        axes.imshow(
            shown if shown.shape[2] == 3 else shown[..., 0], cmap="gray", vmin=0, vmax=1, interpolation="nearest"
        )


def _drawn(face: np.ndarray, result: DataReport) -> np.ndarray:
    """Return the drawn channels of a class image, with the values drawn black and white at 0 and the peak."""
    images = result.first.examples if result.first.images is None else result.first.images
    face = face[..., images.drawn_channels]
    if images.ends is None:
        return face
    low, high = np.asarray(images.ends).T
    return np.asarray((face - low) / (high - low) * result.first.profile.peak)


def _means(axes: Axes, result: DataReport, chosen: list[int], names: list[str]) -> None:
    places = np.arange(len(chosen))
    axes.barh(
        places, result.first.profile.class_means[chosen], color=_FIRST, height=0.7, label=_short(result.first.name)
    )
    if result.same_classes and result.second is not None:
        means = result.second.profile.class_means[chosen]
        axes.plot(means, places, "o", mfc="none", mec=_SECOND, label=_short(result.second.name))
        axes.legend(frameon=False, fontsize="small", loc="lower right")
    axes.set_yticks(places, names, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("mean pixel", color=_MUTED)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(left=False)


def _correlation(axes: Axes, result: DataReport, chosen: list[int], names: list[str]) -> None:
    values = 100 * result.first.profile.correlation[np.ix_(chosen, chosen)]
    drawn = axes.imshow(values, cmap="RdBu_r", vmin=-100, vmax=100, aspect="auto")
    axes.set_xticks(range(len(chosen)), names, rotation=45, ha="right", fontsize=8)
    axes.set_yticks(range(len(chosen)), names, fontsize=8)
    axes.spines[:].set_visible(False)
    axes.set_title("correlation of mean images, %", fontsize=9, color=_MUTED)
    for i, j in np.ndindex(values.shape):
        if np.isfinite(values[i, j]) and len(chosen) <= 12:
            ink = "white" if abs(values[i, j]) > 60 else _INK
            axes.text(j, i, f"{values[i, j]:.0f}", ha="center", va="center", fontsize=8, color=ink)
    assert axes.figure is not None
    axes.figure.colorbar(drawn, ax=axes, fraction=0.04, pad=0.02).outline.set_visible(False)
