"""Layer statistics, for the page of a layer: sparseness, dimensionality, class means."""

from __future__ import annotations

import math
from typing import Any

from cnnviz.features.representation.layer_statistics import LayerStatistics, Statistics

from ..content import Content
from ..quantize import Blobs
from ..section import Section

#: The most axes with their share of variance.
AXES = 32


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the statistics of each layer."""
    held = content.find(Statistics)
    if held is None:
        return None
    return {"pictures": len(held), "layers": {path: _told(one) for path, one in held.layers.items()}}


def _told(one: LayerStatistics) -> dict[str, Any]:
    return {
        "zeros": _number(one.zeros),
        "population": _number(one.population),
        "lifetime": _number(one.lifetime),
        "rank": _number(one.rank),
        "participation": _number(one.participation),
        "units": one.units,
        "spectrum": [_number(share) for share in one.spectrum[:AXES]],
        "class_means": [_number(mean) for mean in one.class_means],
    }


def _number(value: float) -> float | None:
    """Return a number with six digits; None for NaN."""
    return float(f"{value:.6g}") if math.isfinite(value) else None


STATISTICS = Section("statistics", None, entry)
