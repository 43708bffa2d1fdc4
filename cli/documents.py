"""Common parts of JSON documents: the head, and the entry of an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .console import SCHEMA_VERSION

if TYPE_CHECKING:
    from cnnviz.features.predictions import Predictions


def head(kind: str, result: Predictions) -> dict[str, Any]:
    """Return the kind of document, the model, and the source of the images."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "model": {"name": result.model.name, "hash": result.model.hash},
        "source": result.images.source,
        "notes": list(result.images.notes),
        "class_names": list(result.model.class_names),
    }


def picture(result: Predictions, i: int) -> dict[str, Any]:
    """Return the identity of the image at a position, and its prediction."""
    images = result.images
    assert images.indices is not None
    return {
        "index": int(images.indices[i]),
        "name": images.names[i] if images.names else None,
        "label": None if images.labels is None else images.class_names[images.labels[i]],
        "predicted": result.model.class_names[result.predicted[i]],
        "probabilities": [round(float(p), 6) for p in result.probabilities[i]],
    }
