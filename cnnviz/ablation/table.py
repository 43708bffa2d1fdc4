"""An ablation as a table with one row per filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .result import Ablation

#: How a filter is removed: its response is set to zero, or to its mean over the images.
MODES = ("zero", "mean")
COLUMNS = (
    "layer",
    "filter",
    "rank",
    "accuracy lost (zero)",
    "loss gained (zero)",
    "accuracy lost (mean)",
    "loss gained (mean)",
    "kernel norm",
    "taylor score",
    "changes no answer",
)


def rows(result: Ablation) -> list[tuple[str | int | float, ...]]:
    """Return one row per filter, in the order of COLUMNS; accuracies are shares, losses nats."""
    made: list[tuple[str | int | float, ...]] = []
    for layer in result.layers.values():
        ranks = layer.ranks
        for i in range(layer.count):
            costs = [short(values[mode, i]) for mode in range(len(MODES)) for values in (layer.accuracy, layer.loss)]
            scores = (short(layer.norm[i]), short(layer.taylor[i]), int(layer.idle[i]))
            made.append((layer.path, i, int(ranks[i]), *costs, *scores))
    return made


def short(value: Any) -> float:
    """Return a number rounded to float32 precision."""
    return float(f"{float(value):.7g}")
