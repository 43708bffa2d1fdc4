"""The images of a page, with their predictions."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.features.document import shortest_float
from cnnviz.features.predictions import Predictions

from .quantize import Blobs
from .words import image_ids


def images_entry(result: Predictions, blobs: Blobs) -> dict[str, Any]:
    """Return the page's ``data.pictures``; pixels and probabilities go into blobs."""
    images = result.images
    height, width, channels = images.shape
    pixels, low, high = images.stretched
    scored = result.model.has_classes
    shares = result.probabilities if scored else result.probabilities[:, :0]
    labels = result.truth if scored else images.labels
    made = {
        "blob": blobs.add(np.ascontiguousarray(pixels).tobytes()),
        "count": len(images),
        "height": height,
        "width": width,
        "channels": channels,
        "range": [low, high],
        "peak": float(images.peak),
        "ids": image_ids(result),
        "names": list(images.names),
        "labels": None if labels is None else labels.tolist(),
        "predicted": result.predicted.tolist() if scored else [],
        "probabilities": {
            "blob": blobs.add(shares.astype("<f4").tobytes()),
            "classes": shares.shape[1],
        },
        "outputs": _outputs(result),
        "class_names": list(images.class_names),
        "source": images.source,
        "hash": images.hash,
        "notes": [*images.shown_notes, *_other_classes(result)],
    }
    if images.bands_note:
        made["bands"] = {
            "channels": images.drawn_channels,
            "ends": [list(images.ends_of(channel) or (0.0, images.peak)) for channel in range(channels)],
            "words": images.bands_note,
        }
    return made


def _outputs(result: Predictions) -> list[list[float]] | None:
    """Return the values of a regression's outputs for each image."""
    if result.model.head != "regression":
        return None
    return [[shortest_float(value) for value in row] for row in result.outputs]


def _other_classes(result: Predictions) -> list[str]:
    if result.images.labels is None or result.truth is not None or not result.model.has_classes:
        return []
    return ["the labels are not of the model's classes, so predictions are not marked right or wrong"]
