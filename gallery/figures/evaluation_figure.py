"""An evaluation as a Matplotlib figure, PNG and notebook summary."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.number_words import percent
from cnnviz.reports.evaluation.result import Evaluation

from ..color import colorize, lightness, viridis
from ..notebook import LIMIT, STYLE, data_address
from ..sheets.confusion_sheet import MOST
from ..words import class_name
from .conversion import figure_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

_ACCENT, _GRAY, _INK = "#b8400e", "#b9bcbf", "#1b1c1e"
#: The most pairs and classes to show.
_PAIRS = 15


def evaluation_figure(result: Evaluation) -> Figure:
    """Draw the confusion matrix (or the worst pairs of many classes), F1 of each class, and the reliability diagram.

    For two models, the first is above the second.
    """
    from matplotlib.figure import Figure

    sides = [result] if result.other is None else [result, result.other]
    high = max(4.2, 1.6 + 0.34 * min(result.confusion.classes, MOST))
    figure = Figure(figsize=(15.2, high * len(sides)), layout="constrained")
    parts: Any = [figure] if len(sides) == 1 else figure.subfigures(len(sides), 1, hspace=0.04)
    for side, part, letter in zip(sides, parts, "AB", strict=False):
        _one(part, side, f"{letter}  " if len(sides) > 1 else "")
    # One scale for both models.
    scales = [part.axes[1].get_xlim() for part in parts]
    for part in parts:
        part.axes[1].set_xlim(min(low for low, _ in scales), max(high for _, high in scales))
    return figure


def _one(figure: Figure | SubFigure, result: Evaluation, letter: str) -> None:
    """Draw the panels of one model."""
    classes = result.confusion.classes
    grid = figure.add_gridspec(2, 3, width_ratios=(1.25, 0.9, 0.95), height_ratios=(3, 1))
    if classes <= MOST:
        _matrix(figure.add_subplot(grid[:, 0]), result)
    else:
        _pairs(figure.add_subplot(grid[:, 0]), result)
    _classes(figure.add_subplot(grid[:, 1]), result)
    diagram = figure.add_subplot(grid[0, 2])
    _reliability(diagram, result)
    _histogram(figure.add_subplot(grid[1, 2], sharex=diagram), result)
    share, low, end = result.figures.accuracy
    figure.suptitle(
        f"{letter}{_cut(result.model.name, 40)}: accuracy {percent(share)} on {len(result):,} images "
        f"({100 * result.level:g} % interval {100 * low:.2f} to {100 * end:.2f} %)",
        x=0.01,
        ha="left",
        fontsize=13,
    )


def evaluation_png(result: Evaluation) -> bytes:
    """Return the figure as PNG, the same bytes for the same result."""
    return figure_png(evaluation_figure(result))


def evaluation_summary(result: Evaluation, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters of HTML: the findings, and the figure if it fits."""
    # Sentences need more room than the image captions that the list is styled for.
    found = "".join(f"<p>{escape(words)}</p>" for words in result.findings)
    head = f'<div class="cnnviz">{STYLE}<h4>{escape(result.model.name)}: evaluation</h4>{found}'
    head += "<p>Write the interactive page with <code>.to_html(path)</code>.</p>"
    alt = "Confusion matrix, F1 of each class, and reliability diagram"
    image = f'<img class="sheet" alt="{alt}" src="{data_address(evaluation_png(result))}">'
    return (head + image if len(head) + len(image) + 6 <= limit else head) + "</div>"


def _matrix(axes: Axes, result: Evaluation) -> None:
    counts, shares = result.confusion.matrix, np.nan_to_num(result.confusion.shares("row"))
    colors = colorize(shares, 0.0, 1.0, viridis())
    # Empty cells stay blank.
    colors[counts == 0] = 255
    axes.imshow(colors, aspect="auto", interpolation="nearest")
    names = [_cut(class_name(result, i), 16) for i in range(len(counts))]
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right", rotation_mode="anchor", fontsize=9)
    axes.set_yticks(range(len(names)), names, fontsize=9)
    for row, column in np.argwhere(counts > 0).tolist():
        ink = _INK if lightness(colors[row, column][None])[0] > 0.6 else "white"
        axes.text(column, row, f"{counts[row, column]:,}", ha="center", va="center", color=ink, fontsize=8)
    axes.set(xlabel="predicted", ylabel="true", title="Images, colored by share of the true class")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def _pairs(axes: Axes, result: Evaluation) -> None:
    found = result.confusion.pairs[:_PAIRS]
    names = [f"{_cut(class_name(result, p.label), 18)} → {_cut(class_name(result, p.said), 18)}" for p in found]
    axes.barh(range(len(found)), [pair.count for pair in found], color=_ACCENT, height=0.7)
    axes.set_yticks(range(len(found)), names, fontsize=8)
    axes.invert_yaxis()
    axes.locator_params(axis="x", integer=True)
    axes.set(xlabel="images", title="Most often confused: true → predicted")
    axes.spines[["top", "right"]].set_visible(False)


def _classes(axes: Axes, result: Evaluation) -> None:
    f1 = result.figures.f1
    known = np.flatnonzero(~np.isnan(f1.value))
    order = known if len(known) <= MOST else known[np.argsort(f1.value[known], kind="stable")][:MOST]
    at = np.arange(len(order))
    axes.hlines(at, 100 * f1.ends[0, order], 100 * f1.ends[1, order], color=_GRAY, linewidth=5)
    axes.plot(100 * f1.value[order], at, "o", color=_INK, markersize=5)
    axes.set_yticks(at, [_cut(class_name(result, i), 16) for i in order.tolist()], fontsize=9)
    axes.set_ylim(len(order) - 0.5, -0.5)
    which = "each class" if len(order) == len(known) else f"the worst {len(order)} of {len(known)} classes"
    axes.set(xlabel="F1, %", title=f"F1 of {which}, with {100 * result.level:g} % intervals")
    axes.grid(axis="x", color="#e2e2dd", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _reliability(axes: Axes, result: Evaluation) -> None:
    found = result.calibration
    held = found.count > 0
    axes.plot([0, 100], [0, 100], color=_GRAY, linewidth=1, linestyle="--", label="perfect calibration")
    x, y = 100 * found.confidence[held], 100 * found.accuracy[held]
    axes.vlines(x, 100 * found.ends[0, held], 100 * found.ends[1, held], color=_GRAY, linewidth=4)
    axes.plot(x, y, "o-", color=_ACCENT, markersize=5, linewidth=1.2, label=result.model.name[:24])
    axes.set(ylabel="right, %", xlim=(0, 100), ylim=(0, 103))
    axes.set_title(f"Reliability: expected calibration error {percent(found.error)}")
    axes.legend(frameon=False, loc="upper left", fontsize="small")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelbottom=False)


def _histogram(axes: Axes, result: Evaluation) -> None:
    found = result.calibration
    axes.bar(100 * found.edges[:-1], found.count, 100 / len(found.count) * 0.92, align="edge", color=_GRAY)
    axes.set(xlabel="confidence, %", ylabel="images", yscale="log" if found.count.max() > 50 else "linear")
    axes.spines[["top", "right"]].set_visible(False)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
