"""The images of a page, with their predictions."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.features.predictions import Predictions

from .quantize import Blobs
from .words import image_ids


def images_entry(result: Predictions, blobs: Blobs) -> dict[str, Any]:
    """Return the page's ``data.pictures``; pixels and probabilities go into blobs."""
    images = result.images
    height, width, channels = images.shape
    pixels, low, high = images.stretched
    return {
        "blob": blobs.add(np.ascontiguousarray(pixels).tobytes()),
        "count": len(images),
        "height": height,
        "width": width,
        "channels": channels,
        "range": [low, high],
        "peak": float(images.peak),
        "ids": image_ids(result),
        "names": list(images.names),
        "labels": None if result.truth is None else result.truth.tolist(),
        "predicted": result.predicted.tolist(),
        "probabilities": {
            "blob": blobs.add(result.probabilities.astype("<f4").tobytes()),
            "classes": result.probabilities.shape[1],
        },
        "class_names": list(images.class_names),
        "source": images.source,
        "hash": images.hash,
        "notes": [*images.notes, *_other_classes(result)],
    }


def _other_classes(result: Predictions) -> list[str]:
    if result.images.labels is None or result.truth is not None:
        return []
    return ["the labels are not of the model's classes, so predictions are not marked right or wrong"]
