"""What every JSON document of a result begins with, and says of each image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .console import SCHEMA_VERSION

if TYPE_CHECKING:
    from cnnviz.features.predictions import Predictions


def head(kind: str, result: Predictions) -> dict[str, Any]:
    """Return what kind of document it is, of which model, and where the images came from."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "model": {"name": result.model.name, "hash": result.model.hash},
        "source": result.images.source,
        "notes": list(result.images.notes),
        "class_names": list(result.model.class_names),
    }


def picture(result: Predictions, i: int) -> dict[str, Any]:
    """Return which image stands at a position, and what the model says to it."""
    images = result.images
    assert images.indices is not None
    return {
        "index": int(images.indices[i]),
        "name": images.names[i] if images.names else None,
        "label": None if images.labels is None else images.class_names[images.labels[i]],
        "predicted": result.model.class_names[result.predicted[i]],
        "probabilities": [round(float(p), 6) for p in result.probabilities[i]],
    }
