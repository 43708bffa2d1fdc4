"""The differences of two models of labels or numbers as a Matplotlib figure, PNG and notebook summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.reports.row_comparison import RowComparison

from ..notebook import cell
from .conversion import figure_png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_GRAY, _INK = "#b9bcbf", "#1b1c1e"
#: The most labels or outputs to show.
_MOST = 24


def row_comparison_figure(result: RowComparison) -> Figure:
    """Draw each figure's difference with its interval, of each label or output; of many the largest of the first."""
    from matplotlib.figure import Figure

    found = result.differences
    first = next(iter(found.figures.values())).value
    order = (
        np.argsort(-np.abs(np.nan_to_num(first)), kind="stable")[:_MOST]
        if len(first) > _MOST
        else np.arange(len(first))
    )
    figure = Figure(figsize=(3 + 3 * len(found.figures), 1.8 + 0.3 * max(3, len(order))), layout="constrained")
    at = np.arange(len(order))
    for axes, (what, shares) in zip(
        np.atleast_1d(figure.subplots(1, len(found.figures), sharey=True)), found.figures.items(), strict=True
    ):
        axes.axvline(0, color=_GRAY, linewidth=1)
        axes.hlines(at, shares.ends[0, order], shares.ends[1, order], color=_GRAY, linewidth=5)
        axes.plot(shares.value[order], at, "o", color=_INK, markersize=5)
        axes.set_title(what.replace("_", " "), fontsize=10)
        axes.set_yticks(at, [found.names[i][:24] for i in order.tolist()], fontsize=9)
        axes.set_ylim(len(order) - 0.5, -0.5)
        axes.grid(axis="x", color="#e2e2dd", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.1)
    names = f"{result.second.model.name[:30]} − {result.first.model.name[:30]}"
    level = f"{100 * result.first.level:g} % intervals"
    figure.suptitle(f"{names}: {len(result):,} images, {level}", x=0.01, ha="left", fontsize=12)
    return figure


def row_comparison_png(result: RowComparison) -> bytes:
    """Return the figure as PNG, the same bytes for the same result."""
    return figure_png(row_comparison_figure(result))


def row_comparison_summary(result: RowComparison) -> str:
    """Return the differences in sentences and the figure for a notebook."""
    title = f"{result.first.model.name} and {result.second.model.name}: comparison"
    alt = "Differences of each label or output, with intervals"
    return cell(title, list(result.summary), alt, [row_comparison_png(result)])
