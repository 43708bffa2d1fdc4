"""A report without the page: what the model says to each image as a table, and everything as one document."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.csv_text import Cell, csv_line
from cnnviz.core.files import atomic_path
from cnnviz.features.predictions import Predictions
from cnnviz.features.responses import Responses

from .evaluation.confusion import confusion


def picture_columns(result: Predictions) -> tuple[str, ...]:
    """Return the names of the columns of ``picture_rows``, those that the Images page of the gallery saves."""
    shares = (f"p({name})" for name in result.model.class_names)
    return ("number", "file", "true class", "predicted class", "confidence", "right", "loss", *shares)


def picture_rows(result: Predictions) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each image: who it is, what the model says and how surely, the loss, each class's probability.

    ``right`` is "true" or "false"; it, the true class and the loss are None without labels of the model's classes.
    Numbers are the shortest that stand for the same 32 bits.
    """
    for picture in _pictures(result):
        right = picture["right"]
        yield (
            picture["number"],
            picture["name"],
            picture["label"],
            picture["predicted"],
            picture["probability"],
            None if right is None else str(right).lower(),
            picture["loss"],
            *picture["probabilities"],
        )


def save_pictures(result: Predictions, path: Path, force: bool = True) -> Path:
    """Write ``picture_rows`` to a CSV file in UTF-8 and return its path."""
    with atomic_path(path, force) as place, place.open("w", encoding="utf-8", errors="replace", newline="") as file:
        file.write(csv_line(picture_columns(result)))
        file.writelines(map(csv_line, picture_rows(result)))
    return path


def report_document(result: Responses) -> Mapping[str, Any]:
    """Return, as JSON-ready values, the model, its right and wrong answers, its layers, and every image.

    ``confusion`` counts images, a row for each true class and a column for each predicted one; it and ``accuracy``
    are None without labels of the model's classes. A layer's ``silent`` are its dead channels, ``share_active`` the
    share of cells that are not zero, both over ``pictures_seen`` images. A loss that is infinite is None.
    """
    model = result.model
    return {
        "model": {
            "name": model.name,
            "hash": model.hash,
            "source": model.source,
            "input_shape": list(model.input_shape),
            "parameters": model.parameters,
            "scale": model.scale,
            "class_names": list(model.class_names),
        },
        "source": result.images.source,
        "notes": list(result.images.notes),
        "accuracy": result.accuracy,
        "confusion": _confusion(result),
        "pictures_seen": len(result),
        "layers": [_layer(result, path) for path in result.layers],
        "pictures": list(_pictures(result)),
    }


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
        "lowest": plain(held.low.min()),
        "highest": plain(held.high.max()),
        # Channels of a layer have equally many cells.
        "share_active": plain(held.active.mean(dtype=np.float64)),
    }


def _pictures(result: Predictions) -> Iterator[dict[str, Any]]:
    images, names, truth = result.images, result.model.class_names, result.truth
    assert images.indices is not None
    for i, shares in enumerate(result.probabilities):
        label = None if truth is None else int(truth[i])
        yield {
            "number": int(images.indices[i]),
            "name": (images.names[i] or None) if images.names else None,
            "label": None if label is None else names[label],
            "predicted": names[result.predicted[i]],
            "probability": plain(result.confidence[i]),
            "right": None if label is None else bool(result.predicted[i] == label),
            "loss": None if label is None else _loss(float(shares[label])),
            "probabilities": [plain(share) for share in shares],
        }


def _loss(share: float) -> float | None:
    # Zero added turns -0, the loss of certainty, into 0.
    return plain(-math.log(share) + 0.0) if share > 0 else None


def plain(value: Any) -> float:
    """Return the shortest number that is the same in 32 bits."""
    return float(str(np.float32(value) + np.float32(0)))
