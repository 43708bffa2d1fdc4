"""An evaluation of a regression as a Matplotlib figure, PNG and notebook summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.reports.evaluation.regression import RegressionEvaluation

from ..notebook import cell
from .conversion import figure_png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ACCENT, _GRAY, _INK = "#b8400e", "#b9bcbf", "#1b1c1e"
#: The most outputs to draw.
_MOST = 4


def regression_figure(result: RegressionEvaluation) -> Figure:
    """Draw predicted against true values, and a histogram of the errors, of up to four outputs."""
    from matplotlib.figure import Figure

    names = result.model.output_names[:_MOST]
    figure = Figure(figsize=(9, 3.8 * len(names)), layout="constrained")
    grid = figure.subplots(len(names), 2, squeeze=False)
    for i, (name, (left, right)) in enumerate(zip(names, grid, strict=True)):
        true, said = result.true_values[:, i], result.outputs[:, i]
        both = np.concatenate([true, said])
        ends = [float(both.min()), float(both.max())]
        left.plot(ends, ends, color=_GRAY, linewidth=1, linestyle="--")
        left.plot(true, said, "o", color=_INK, markersize=3, alpha=0.5)
        found = result.figures
        r2 = found.r2[i].value
        title = f"{name[:24]}: MAE {found.mae[i].value:.4g}, RMSE {found.rmse[i].value:.4g}"
        left.set(xlabel="true", ylabel="predicted", title=title + ("" if np.isnan(r2) else f", R² {r2:.3f}"))
        right.hist(result.errors[:, i], bins=min(30, max(5, len(result) // 4)), color=_GRAY)
        right.axvline(0, color=_ACCENT, linewidth=1)
        right.set(xlabel="predicted − true", ylabel="images", title="Errors")
        for axes in (left, right):
            axes.title.set_fontsize(10)
            axes.spines[["top", "right"]].set_visible(False)
    return figure


def regression_png(result: RegressionEvaluation) -> bytes:
    """Return the figure as PNG, the same bytes for the same result."""
    return figure_png(regression_figure(result))


def regression_summary(result: RegressionEvaluation) -> str:
    """Return the findings and the figure for a notebook."""
    alt = "Predicted against true values, and the errors"
    return cell(f"{result.model.name}: evaluation", list(result.findings), alt, [regression_png(result)])
