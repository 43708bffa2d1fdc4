"""A report as one JSON document: the model, its layers and the images."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.json_document import MOST_VALUES, SCHEMA_VERSION
from cnnviz.features.document import image_entries, shortest_float
from cnnviz.features.predictions import Predictions
from cnnviz.features.responses import Responses

from .evaluation.confusion import confusion


def report_document(kind: str, result: Responses) -> dict[str, Any]:
    """Return, as JSON-ready values, the model, its right and wrong predictions, its layers, and every image.

    ``confusion`` counts images, a row for each true class and a column for each predicted one; it and ``accuracy``
    are None without labels of the model's classes. A layer's ``silent`` are its dead channels, ``share_active`` the
    share of cells that are not zero, both over ``pictures_seen`` images. A loss that is infinite is None.
    """
    model = result.model
    refuse_large_report(len(result), len(model.class_names))
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "model": {
            "name": model.name,
            "hash": model.hash,
            "source": model.source,
            "input_shape": list(model.input_shape),
            "parameters": model.parameters,
            "scale": model.scale,
            "class_names": list(model.class_names),
            "head": model.head,
        },
        "source": result.images.source,
        "notes": list(result.images.notes),
        "accuracy": result.accuracy,
        "confusion": _confusion(result),
        "pictures_seen": len(result),
        "layers": [_layer(result, path) for path in result.layers],
        "pictures": list(image_entries(result)),
    }


def refuse_large_report(images: int, classes: int) -> None:
    """Raise UsageError where the probabilities and the confusion matrix would be too many values for a document."""
    if (images + classes) * classes > MOST_VALUES:
        raise UsageError(f"{images:,} images × {classes:,} classes are too many for json; take fewer, or write csv")


def _confusion(result: Predictions) -> list[list[int]] | None:
    if result.truth is None:
        return None
    classes = result.probabilities.shape[1]
    return confusion(result.truth, result.predicted, classes).matrix.tolist()


def _layer(result: Responses, path: str) -> dict[str, Any]:
    held, info = result[path], result.model.layer(path)
    return {
        "path": path,
        "kind": info.kind,
        "shape": list(info.shape),
        "parameters": info.parameters,
        "channels": len(held.low),
        "silent": np.flatnonzero(held.dead).tolist(),
        "lowest": shortest_float(held.low.min()),
        "highest": shortest_float(held.high.max()),
        # Channels of a layer have equally many cells.
        "share_active": shortest_float(held.active.mean(dtype=np.float64)),
    }
