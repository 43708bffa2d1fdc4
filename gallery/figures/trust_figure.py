"""The table of a trust report as a Matplotlib figure, PNG and notebook summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.reports.trust.result import MetricFacts, Trust

from ..notebook import LIMIT
from .conversion import figure_png
from .score_table import ShadedCell, score_table
from .table_summary import table_summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def trust_figure(result: Trust) -> Figure:
    """Draw the metrics, a row for each method, the most faithful first, and then the controls.

    The shade runs from the worst to the best mean of a column; bold is significantly better than both a random map and
    the edges of the image.
    """
    rows = (*result.verdicts, *result.controls)
    cells = [[shaded(result, method, one) for one in result.metrics] for method in rows]
    columns = [f"{one.title} ({one.better})" for one in result.metrics]
    return score_table([result.titles[method] for method in rows], columns, cells, len(result.verdicts))


def shaded(result: Trust, method: str, metric: MetricFacts) -> ShadedCell:
    """Return a method's cell for a metric."""
    entry = result.entry(method, metric.spec)
    if entry is None or np.isnan(entry.mean):
        return ShadedCell("–")
    means = [one.mean for other in result.titles if (one := result.entry(other, metric.spec)) is not None]
    ends = np.nanmin(means), np.nanmax(means)
    share = 0.0 if ends[0] == ends[1] else float((entry.mean - ends[0]) / (ends[1] - ends[0]))
    verdict = result.verdicts.get(method)
    wrong = metric.asks == "sensitive" and verdict is not None and verdict.fails_randomization
    shade = share if metric.better == "high" else 1 - share
    return ShadedCell(f"{entry.mean:.3f}", shade, entry.beats_edges and entry.beats_random, wrong)


def trust_png(result: Trust) -> bytes:
    """Return the figure as PNG, the same bytes for the same result."""
    return figure_png(trust_figure(result))


def trust_summary(result: Trust, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters of HTML: the findings, and the table if it fits."""
    title = f"Can the heatmaps of {result.model} be believed?"
    return table_summary(title, result.findings, trust_png(result), "Metrics of each method", limit)
