"""Parts that documents and tables of several results share: the model, the images, and an entry per image."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.class_scores import require_classes
from cnnviz.core.csv_text import Cell
from cnnviz.core.json_document import SCHEMA_VERSION
from cnnviz.core.number_words import percent

if TYPE_CHECKING:
    from .predictions import Predictions


def document_head(kind: str, result: Predictions) -> dict[str, Any]:
    """Return the first keys of a document: its kind, the model, and the source of the images."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "model": {"name": result.model.name, "hash": result.model.hash},
        "source": result.images.source,
        "notes": list(result.images.notes),
        "class_names": list(result.model.class_names),
        **({} if result.model.has_classes else {"output_names": list(result.model.output_names)}),
    }


def image_entry(result: Predictions, i: int) -> dict[str, Any]:
    """Return the number, name, label and prediction of the image at a position; of a regression its outputs."""
    images = result.images
    assert images.indices is not None
    about = {
        "index": int(images.indices[i]),
        "name": images.names[i] if images.names else None,
        "label": None if images.labels is None else images.class_names[images.labels[i]],
    }
    if not result.model.has_classes:
        return about | {"outputs": [shortest_float(value) for value in result.outputs[i]]}
    return about | {
        "predicted": result.model.class_names[result.predicted[i]],
        "probabilities": [round(float(p), 6) for p in result.probabilities[i]],
    }


def image_entries(result: Predictions) -> Iterator[dict[str, Any]]:
    """Yield an entry for every image, with confidence and loss; labels are the model's classes.

    Entries of a model without class scores are those of ``image_entry``.
    """
    images, names, truth = result.images, result.model.class_names, result.truth
    assert images.indices is not None
    if not result.model.has_classes:
        yield from (image_entry(result, i) for i in range(len(result)))
        return
    for i, shares in enumerate(result.probabilities):
        label = None if truth is None else int(truth[i])
        yield {
            "number": int(images.indices[i]),
            "name": (images.names[i] or None) if images.names else None,
            "label": None if label is None else names[label],
            "predicted": names[result.predicted[i]],
            "probability": shortest_float(result.confidence[i]),
            "right": None if label is None else bool(result.predicted[i] == label),
            "loss": None if label is None else _loss(float(shares[label])),
            "probabilities": [shortest_float(share) for share in shares],
        }


def label_of(result: Predictions, i: int) -> str | None:
    """Return the true class of the image at a position; for a model without class scores its own label."""
    labels = result.truth if result.model.has_classes else result.images.labels
    return None if labels is None else result.reference_names[labels[i]]


def image_columns(result: Predictions) -> tuple[str, ...]:
    """Return the names of the columns of ``image_rows``, those that the Images page of the gallery saves."""
    if not result.model.has_classes:
        return ("number", "file", "label", *result.model.output_names)
    shares = (f"p({name})" for name in result.model.class_names)
    return ("number", "file", "true class", "predicted class", "confidence", "right", "loss", *shares)


def image_rows(result: Predictions) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each image: its identity, prediction, confidence, loss, and each class's probability.

    ``right`` is "true" or "false"; it, the true class and the loss are None without labels of the model's classes.
    Numbers are the shortest that stand for the same 32 bits. A model without class scores has its label and outputs.
    """
    if not result.model.has_classes:
        yield from ((one["index"], one["name"], one["label"], *one["outputs"]) for one in image_entries(result))
        return
    for one in image_entries(result):
        right = one["right"]
        yield (
            one["number"],
            one["name"],
            one["label"],
            one["predicted"],
            one["probability"],
            None if right is None else str(right).lower(),
            one["loss"],
            *one["probabilities"],
        )


def top_classes(result: Predictions, count: int) -> list[list[tuple[str, float]]]:
    """Return the ``count`` most probable classes of each image with their probabilities, the most probable first."""
    require_classes(result.model, "most probable classes")
    names, shares = result.model.class_names, result.probabilities
    best = (-shares).argsort(axis=1, kind="stable")[:, :count]
    return [[(names[k], float(shares[i, k])) for k in row] for i, row in enumerate(best.tolist())]


def top_document(result: Predictions, count: int) -> dict[str, Any]:
    """Return the model, the notes on the images, and the ``count`` most probable classes of each image.

    Of a regression all outputs are returned.
    """
    if not result.model.has_classes:
        rows = zip(_named(result), result.outputs, strict=True)
        names = result.model.output_names
        images = [
            {"picture": name, "outputs": dict(zip(names, map(shortest_float, row), strict=True))} for name, row in rows
        ]
        return {"model": result.model.name, "notes": list(result.images.notes), "pictures": images}
    found = [
        {"picture": name, "classes": [{"name": c, "probability": round(p, 6)} for c, p in row]}
        for name, row in zip(_named(result), top_classes(result, count), strict=True)
    ]
    return {"model": result.model.name, "notes": list(result.images.notes), "pictures": found}


def top_rows(result: Predictions, count: int) -> Iterator[tuple[str, ...]]:
    """Yield the same as text: the names of the columns, then a row for each image."""
    if not result.model.has_classes:
        yield "image", *result.model.output_names
        for name, row in zip(_named(result), result.outputs, strict=True):
            yield name, *(f"{value:.6g}" for value in row)
        return
    classes = min(count, len(result.model.class_names))
    yield "image", *(["predicted", "2nd", "3rd", *(f"{k}th" for k in range(4, classes + 1))][:classes])
    for name, row in zip(_named(result), top_classes(result, count), strict=True):
        yield name, *(f"{c} {percent(p, 1)}" for c, p in row)


def _named(result: Predictions) -> tuple[str, ...]:
    return result.images.names or tuple(map(str, range(len(result))))


_LARGEST = float(np.finfo(np.float32).max)


def _loss(share: float) -> float | None:
    # Zero added turns -0, the loss of certainty, into 0.
    return shortest_float(-math.log(share) + 0.0) if share > 0 else None


def shortest_float(value: Any) -> float:
    """Return the shortest number that is the same in 32 bits."""
    return float(str(np.float32(value) + np.float32(0)))


def finite_or_none(value: Any) -> float | None:
    """Return the same; None for NaN and infinity, also that of 32 bits."""
    return shortest_float(value) if abs(value) <= _LARGEST else None
