"""A table of scores as a Matplotlib figure: a row for each method, shaded by how good a score is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class ShadedCell(NamedTuple):
    """A cell's ``text``, its ``shade`` from 0 to 1, and whether it is ``strong`` (bold) or ``wrong`` (colored)."""

    text: str
    shade: float = 0.0
    strong: bool = False
    wrong: bool = False


def score_table(
    rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[ShadedCell]], divided: int
) -> Figure:
    """Draw the table, with a line after the first ``divided`` rows."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2.6 + 0.62 * len(columns), 1.9 + 0.24 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    for i, row in enumerate(cells):
        for j, cell in enumerate(row):
            color = "#b8400e" if cell.wrong else "white" if cell.shade > 0.6 else "#1b1c1e"
            weight = "bold" if cell.strong or cell.wrong else "normal"
            axes.text(j, i, cell.text, ha="center", va="center", fontsize=7, weight=weight, color=color)
    axes.imshow([[cell.shade for cell in row] for row in cells], cmap="Blues", vmin=0, vmax=1.2, aspect="auto")
    axes.set_yticks(range(len(rows)), list(rows), fontsize=7)
    axes.set_xticks(np.arange(len(columns)), list(columns), fontsize=7, rotation=45, ha="left")
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.axhline(divided - 0.5, color="#5d6167", linewidth=0.8)
    axes.spines[:].set_visible(False)
    return figure
