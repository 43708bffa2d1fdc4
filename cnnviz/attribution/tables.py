"""Heatmaps summarised as a table with one row per image and map."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cnnviz.core.csv_text import Cell

from .heatmaps import Heatmaps
from .result import Attribution

COLUMNS = (
    "picture",
    "name",
    "true",
    "predicted",
    "confidence",
    "method",
    "layer",
    "target",
    "explained class",
    "score",
    "rows",
    "columns",
    "lowest",
    "mean",
    "highest",
    "peak row",
    "peak column",
)


def rows(result: Heatmaps) -> Iterator[tuple[Cell, ...]]:
    """Yield a summary of each map, in the order of COLUMNS, all maps of one image together.

    The peak is the cell with the largest magnitude, counted from 0 at the top left; a flat map has none.
    """
    images, names = result.images, result.model.class_names
    assert images.indices is not None
    for i in range(len(result)):
        truth = None if result.truth is None else names[result.truth[i]]
        about: tuple[Cell, ...] = (
            int(images.indices[i]),
            images.names[i] if images.names else None,
            truth,
            names[result.predicted[i]],
            float(result.confidence[i]),
        )
        for one in result.attributions:
            yield (*about, *_map(one, i))


def _map(one: Attribution, i: int) -> tuple[Cell, ...]:
    held = one.maps[i]
    row, column = np.unravel_index(np.abs(held).argmax(), held.shape)
    peak = (None, None) if one.flat[i] else (int(row), int(column))
    return (
        one.how.method,
        "+".join(one.how.layers) or None,
        one.how.target,
        None if one.classes is None else one.model.class_names[one.classes[i]],
        float(one.scores[i]),
        *held.shape,
        float(held.min()),
        float(held.mean(dtype=np.float64)),
        float(held.max()),
        *peak,
    )
