"""An evaluation of several labels per image as a Matplotlib figure, PNG and notebook summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.number_words import percent
from cnnviz.reports.evaluation.labels import LabelEvaluation

from ..notebook import cell
from ..words import class_name
from .conversion import figure_png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ACCENT, _GRAY, _INK = "#b8400e", "#b9bcbf", "#1b1c1e"
#: The most labels to show.
_MOST = 24


def labels_figure(result: LabelEvaluation) -> Figure:
    """Draw average precision with its interval, and precision and recall of each label, the worst of many labels."""
    from matplotlib.figure import Figure

    average = result.figures.average_precision
    known = np.flatnonzero(~np.isnan(average.value))
    order = known if len(known) <= _MOST else known[np.argsort(average.value[known], kind="stable")][:_MOST]
    figure = Figure(figsize=(12, 1.8 + 0.3 * max(3, len(order))), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    at = np.arange(len(order))
    left.hlines(at, 100 * average.ends[0, order], 100 * average.ends[1, order], color=_GRAY, linewidth=5)
    left.plot(100 * average.value[order], at, "o", color=_INK, markersize=5)
    which = "each label" if len(order) == len(known) else f"the worst {len(order)} of {len(known)} labels"
    left.set(xlabel="%", xlim=(-2, 102), title=f"Average precision of {which}, {100 * result.level:g} % intervals")
    left.set_yticks(at, [class_name(result, i)[:24] for i in order.tolist()], fontsize=9)
    left.set_ylim(len(order) - 0.5, -0.5)
    right.plot(100 * result.precision[order], at, "o", color=_INK, markersize=5, label="precision")
    right.plot(100 * result.recall[order], at, "s", color=_ACCENT, markersize=5, label="recall")
    right.set(xlabel="%", xlim=(-2, 102), title=f"At a probability of {result.threshold:g} or more")
    right.legend(frameon=False, fontsize="small")
    for axes in (left, right):
        axes.grid(axis="x", color="#e2e2dd", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
    mean = result.figures.mean_average_precision.value
    said = "no image has a label" if np.isnan(mean) else f"mean average precision {percent(mean)}"
    figure.suptitle(f"{result.model.name[:40]}: {said}, {len(result):,} images", x=0.01, ha="left", fontsize=12)
    return figure


def labels_png(result: LabelEvaluation) -> bytes:
    """Return the figure as PNG, the same bytes for the same result."""
    return figure_png(labels_figure(result))


def labels_summary(result: LabelEvaluation) -> str:
    """Return the findings and the figure for a notebook."""
    alt = "Average precision, precision and recall of each label"
    return cell(f"{result.model.name}: evaluation", list(result.findings), alt, [labels_png(result)])
