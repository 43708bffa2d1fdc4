"""The table of an arena as a Matplotlib figure, PNG and notebook summary."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.arena.result import Arena

from ..notebook import LIMIT, STYLE, data_address
from .conversion import figure_png

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def arena_figure(result: Arena) -> Figure:
    """Draw the scores, a row for each method and control and a column for each problem, in percent.

    The shade is the share of the way from chance to the exact answer; bold is significantly more than an edge filter.
    """
    from matplotlib.figure import Figure

    rows, columns = (*result.methods, *result.controls), result.problems
    means = np.full((len(rows), len(columns)), np.nan)
    shades = np.zeros_like(means)
    figure = Figure(figsize=(2.6 + 0.62 * len(columns), 1.9 + 0.24 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    for i, method in enumerate(rows):
        for j, problem in enumerate(columns):
            entry = result.entry(method, problem.name)
            if entry is None:
                continue
            means[i, j] = 100 * entry.mean
            if problem.present:
                shades[i, j] = max(0.0, (entry.mean - problem.chance) / (1 - problem.chance))
            weight = "bold" if entry.beats_edges or entry.fooled else "normal"
            color = "#b8400e" if entry.fooled else "white" if shades[i, j] > 0.6 else "#1b1c1e"
            axes.text(j, i, f"{means[i, j]:.0f}", ha="center", va="center", fontsize=7, weight=weight, color=color)
    axes.imshow(shades, cmap="Blues", vmin=0, vmax=1.2, aspect="auto")
    axes.set_yticks(range(len(rows)), [result.titles[method] for method in rows], fontsize=7)
    axes.set_xticks(range(len(columns)), [one.title for one in columns], fontsize=7, rotation=45, ha="left")
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.axhline(len(result.methods) - 0.5, color="#5d6167", linewidth=0.8)
    axes.spines[:].set_visible(False)
    return figure


def arena_png(result: Arena) -> bytes:
    """Return the figure as PNG, the same bytes for the same result."""
    return figure_png(arena_figure(result))


def arena_summary(result: Arena, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters of HTML: the findings, and the table if it fits."""
    found = "".join(f"<li>{escape(words)}</li>" for words in result.findings[:8])
    head = f'<div class="cnnviz">{STYLE}<h4>Do attribution methods find what is known?</h4><ul>{found}</ul>'
    head += "<p>Write the page with <code>.to_html(path)</code>.</p>"
    alt = "Scores of each method on each problem"
    image = f'<img class="sheet" alt="{alt}" src="{data_address(arena_png(result))}">'
    return (head + image if len(head) + len(image) + 6 <= limit else head) + "</div>"
