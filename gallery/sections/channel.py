"""``#/layer/…/17``: one channel of a layer, and its responses to the set of images."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.features.histograms import BINS
from cnnviz.features.responses import Responses

from ..content import Content
from ..positions import places
from ..quantize import Blobs
from ..section import PAGES, Section

#: The number of images at either end, and the minimum for layers with very many channels.
PICTURES, FEWEST = 9, 3
#: The most channels times images at one end before fewer images are kept.
MOST_PLACES = 6_000
#: The most classes of a profile, those with the highest mean.
ALL_CLASSES, HIGHEST_CLASSES = 24, 12


def entry(content: Content, blobs: Blobs) -> dict[str, Any]:
    """Return the blobs with the responses of each layer's channels.

    Without Responses there are none, and the page computes what it can.
    """
    seen = content.find(Responses)
    if seen is None:
        return {"by": None, "counts": [], "layers": {}}
    at = places(content.predictions, seen.images)
    return {
        "by": "predicted" if seen.truth is None and seen.model.has_classes else "label",
        "counts": class_counts(seen),
        "layers": {path: _layer(seen, path, at, blobs) for path in seen.layers},
    }


def class_counts(seen: Responses) -> np.ndarray:
    """Return the number of images of each class that profiles are by, (classes,)."""
    counted_for = seen.reference_class
    counted = np.zeros(0, np.int64) if counted_for is None else counted_for
    return np.bincount(counted, minlength=len(seen.reference_names))


def _layer(seen: Responses, path: str, at: np.ndarray, blobs: Blobs) -> dict[str, Any]:
    """Return the entry of a layer; ``at`` are the positions of the images on the page."""
    held = seen[path]
    channels = len(held.low)
    kept = min(PICTURES, max(FEWEST, MOST_PLACES // channels), held.top.positions.shape[1])
    classes = len(held.profile)
    numbers, means = _profile(held.profile, classes if classes <= ALL_CLASSES else HIGHEST_CLASSES)
    parts = [
        held.least,
        held.high,
        held.active,
        held.flat,
        held.least_ties,
        held.high_ties,
        held.histogram.start,
        held.histogram.width,
        held.histogram.counts,
    ]
    for end in (held.top, held.bottom):
        parts += [at[end.positions[:, :kept]], end.cells[:, :kept], end.values[:, :kept]]
    return {
        "blob": blobs.add(b"".join(_four_bytes(part) for part in [*parts, numbers, means])),
        "pictures": held.pictures,
        "channels": channels,
        "bins": BINS,
        "kept": kept,
        "classes": numbers.shape[1],
        "of": classes,
    }


def _profile(profile: np.ndarray, kept: int) -> tuple[np.ndarray, np.ndarray]:
    """Return class numbers and means, each (channels, kept), the highest first, classes without images last."""
    # NaN sorts last.
    order = np.argsort(-profile, axis=0, kind="stable")[:kept]
    return order.T, np.take_along_axis(profile, order, axis=0).T


def _four_bytes(part: np.ndarray) -> bytes:
    """Return little-endian float32, or uint32 for integers."""
    kind = "<f4" if part.dtype.kind == "f" else "<u4"
    # Adding zero turns -0.0 into 0.0: the same numbers, the same bytes.
    return (part + part.dtype.type(0)).astype(kind).tobytes()


CHANNEL = Section("channel", PAGES / "channel.js", entry)
