"""An ablation as a JSON document."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .removal_curves import Curves, Removable
from .table import rows, short

if TYPE_CHECKING:
    from .result import Ablation


def measured(result: Ablation) -> dict[str, Any]:
    """Return all measurements as JSON-ready values."""
    images = result.images
    assert images.indices is not None
    return {
        "pictures": {
            "count": len(result),
            "choosing": [int(i) for i in images.indices[result.choosing]],
            "measuring": [int(i) for i in images.indices[result.measuring]],
        },
        "accuracy": result.accuracy,
        "loss": result.plain_loss,
        "within": result.within,
        "findings": list(result.findings),
        "overall": _curve_document(result.overall, result.overall_removable),
        "layers": [
            {
                "layer": layer.path,
                "site": layer.site,
                "tied": layer.tied,
                "filters": [dict(zip(_KEYS, row[1:], strict=True)) for row in rows(result) if row[0] == layer.path],
                "curves": _curve_document(layer.curves, layer.removable),
            }
            for layer in result.layers.values()
        ],
    }


_KEYS = (
    "filter",
    "rank",
    "accuracy_lost_zero",
    "loss_gained_zero",
    "accuracy_lost_mean",
    "loss_gained_mean",
    "norm",
    "taylor",
    "changes_no_answer",
)


def _curve_document(curves: Curves | None, removable: Removable | None) -> dict[str, Any] | None:
    if curves is None or removable is None:
        return None
    return {
        "removed": [int(count) for count in curves.counts],
        "orders": {name: [int(i) for i in order] for name, order in curves.orders.items()},
        "accuracy": {name: _list(values) for name, values in curves.accuracy.items()},
        "loss": {name: _list(values) for name, values in curves.loss.items()},
        "random_accuracy": [_list(values) for values in curves.random_accuracy],
        "random_loss": [_list(values) for values in curves.random_loss],
        "removable": asdict(removable),
    }


def _list(values: Any) -> list[float]:
    return [short(value) for value in values]
