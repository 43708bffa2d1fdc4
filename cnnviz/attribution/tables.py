"""Summary of maps as a table with one row per image and map, and as a document of all values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.json_document import refuse_large
from cnnviz.features.document import image_entry, label_of
from cnnviz.features.predictions import Predictions

if TYPE_CHECKING:
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


def maps_document(result: Predictions, attributions: Sequence[Attribution]) -> dict[str, Any]:
    """Return how each map was made, and for every image the values of its maps; UsageError for too many values."""
    refuse_large(sum(one.values.size for one in attributions), "take fewer images, or save an .npz file")
    names = result.model.class_names
    return {
        "made": [asdict(one.how) for one in attributions],
        "pictures": [
            image_entry(result, i)
            | {
                "maps": [
                    {
                        "explained": None if one.classes is None else names[one.classes[i]],
                        "score": float(one.scores[i]),
                        "values": one.values[i].tolist(),
                    }
                    for one in attributions
                ]
            }
            for i in range(len(result))
        ],
    }


def map_rows(result: Predictions, attributions: Sequence[Attribution]) -> Iterator[tuple[Cell, ...]]:
    """Yield what each map of these images comes to, in the order of COLUMNS, all maps of one image together.

    The peak is the cell with the largest magnitude, counted from 0 at the top left; a flat map has none.
    """
    images, names = result.images, result.model.class_names
    assert images.indices is not None
    for i in range(len(result)):
        truth = label_of(result, i)
        about: tuple[Cell, ...] = (
            int(images.indices[i]),
            images.names[i] if images.names else None,
            truth,
            names[result.predicted[i]] if names else None,
            float(result.confidence[i]) if names else None,
        )
        for one in attributions:
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
