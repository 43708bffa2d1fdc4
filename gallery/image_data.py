"""The images of a page, and what the model says to each."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.features.predictions import Predictions

from .quantise import Blobs
from .words import picture_ids


def pictures_entry(result: Predictions, blobs: Blobs) -> dict[str, Any]:
    """Return what the page reads as ``data.pictures``; pixels and probabilities go into blobs."""
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
        "ids": picture_ids(result),
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
    return ["labels of other classes than the model's: nothing is called right or wrong"]
