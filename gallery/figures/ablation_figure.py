"""The curves of an ablation as a Matplotlib figure, PNG and notebook summary."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from cnnviz.ablation.findings import everything, measured_on
from cnnviz.ablation.removal_curves import Curves
from cnnviz.ablation.removal_orders import TITLES
from cnnviz.ablation.result import Ablation
from cnnviz.core.errors import UnknownNameError

from ..notebook import LIMIT, STYLE, data_address
from .conversion import figure_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Colors that are safe for color blindness, and line patterns.
_LINES = {"cost": ("#b8400e", "-"), "taylor": ("#1f5fa8", "--"), "norm": ("#1b1c1e", ":")}


def ablation_figure(result: Ablation, layer: str | None = None) -> Figure:
    """Draw accuracy against the share of filters removed: for all layers together and each layer, or for one layer."""
    from matplotlib.figure import Figure

    if layer is not None and layer not in result.layers:
        raise UnknownNameError("layer", layer, list(result.layers))
    shown = [(f"{one.path}, {one.count} {one.noun}s", one.curves) for one in result.layers.values()]
    if layer is not None:
        shown = [one for one, path in zip(shown, result.layers, strict=True) if path == layer]
    elif result.overall is not None:
        shown.insert(0, (f"{result.overall.total} {everything(result)}", result.overall))
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    figure = Figure(figsize=(4.2 * columns + 0.4, 3.2 * rows + 0.4), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes in grid.ravel()[len(shown) :]:
        axes.set_axis_off()
    for place, (title, curves) in enumerate(shown):
        axes = grid.ravel()[place]
        _draw(axes, curves)
        axes.set(title=title, xlabel="removed, %")
        if place % columns == 0:
            axes.set_ylabel("accuracy, %")
    grid[0, 0].legend(frameon=False, loc="lower left", fontsize="small")
    return figure


def _draw(axes: Axes, curves: Curves) -> None:
    x = 100 * curves.counts / curves.total
    if len(curves.random_accuracy):
        low, high = curves.random_accuracy.min(axis=0), curves.random_accuracy.max(axis=0)
        axes.fill_between(x, 100 * low, 100 * high, color="#b9bcbf", alpha=0.5, linewidth=0)
        axes.plot(x, 100 * curves.random_accuracy.mean(axis=0), color="#7a7e83", linewidth=1, label=TITLES["random"])
    for name, (color, pattern) in _LINES.items():
        axes.plot(x, 100 * curves.accuracy[name], color=color, linestyle=pattern, label=f"lowest {TITLES[name]} first")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.spines[["top", "right"]].set_visible(False)


def ablation_png(result: Ablation, layer: str | None = None) -> bytes:
    """Return the figure as PNG, the same bytes for the same result."""
    return figure_png(ablation_figure(result, layer))


def ablation_summary(result: Ablation, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters of HTML: the findings, and the curves if they fit."""
    found = "".join(f"<li>{escape(words)}</li>" for words in result.findings[:8])
    head = f'<div class="cnnviz">{STYLE}<h4>{escape(result.model.name)}: filter ablation</h4><ul>{found}</ul>'
    head += f"<p>{escape(measured_on(result))}. Write the interactive page with <code>.to_html(path)</code>.</p>"
    alt = "Accuracy against the share of filters removed, in several orders"
    image = f'<img class="sheet" alt="{alt}" src="{data_address(ablation_png(result))}">'
    return (head + image if len(head) + len(image) + 6 <= limit else head) + "</div>"
