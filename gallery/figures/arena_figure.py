"""The table of an arena as a Matplotlib figure, PNG and notebook summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.arena.result import Arena, Solved

from ..notebook import LIMIT
from .conversion import figure_png
from .score_table import ShadedCell, score_table
from .table_summary import table_summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def arena_figure(result: Arena) -> Figure:
    """Draw the scores, a row for each method and control and a column for each problem, in percent.

    The shade is the share of the way from chance to the exact answer; bold is significantly more than an edge filter.
    """
    rows = (*result.methods, *result.controls)
    cells = [[_cell(result, method, one) for one in result.problems] for method in rows]
    columns = [one.title for one in result.problems]
    return score_table([result.titles[method] for method in rows], columns, cells, len(result.methods))


def _cell(result: Arena, method: str, problem: Solved) -> ShadedCell:
    entry = result.entry(method, problem.name)
    if entry is None:
        return ShadedCell("–")
    share = (entry.mean - problem.chance) / (1 - problem.chance)
    shade = max(0.0, share) if problem.present else 0.0
    return ShadedCell(f"{100 * entry.mean:.0f}", shade, entry.beats_edges, entry.fooled)


def arena_png(result: Arena) -> bytes:
    """Return the figure as PNG, the same bytes for the same result."""
    return figure_png(arena_figure(result))


def arena_summary(result: Arena, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters of HTML: the findings, and the table if it fits."""
    title, alt = "Do attribution methods find what is known?", "Scores of each method on each problem"
    return table_summary(title, result.findings, arena_png(result), alt, limit)
