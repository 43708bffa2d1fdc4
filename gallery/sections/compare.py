"""``#/compare``: two images, two classes or two models side by side on one scale."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from cnnviz.attribution.heatmaps import Heatmaps
from cnnviz.core.exported_network import Refusal
from cnnviz.features.predictions import Predictions
from cnnviz.features.responses import Responses
from cnnviz.reports.comparison import Comparison

from ..content import Content
from ..embedded_network import network_entry, refused
from ..quantize import Blobs
from ..section import PAGES, Section
from .channel import class_counts

#: The most values of one layer's class profile, at four bytes each; the page lists the layers without one.
MOST_PROFILE = 500_000


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the second model's predictions, if there is one, and every channel's mean response to each class."""
    comparison = content.find(Comparison)
    heats = content.find(Heatmaps)
    few = len(content.predictions) < 2 and (heats is None or len(heats.attributions) < 2)
    if comparison is None and (few or _light(content)):
        return None
    return {
        "other": None if comparison is None else _other(comparison, blobs),
        "profiles": _profiles(content.find(Responses), blobs),
    }


def _light(content: Content) -> bool:
    """Whether the page is about a single layer and must stay small."""
    return content.maps is not None and len(content.maps.values) == 1 and not content.results


def _other(comparison: Comparison, blobs: Blobs) -> dict[str, Any]:
    second = comparison.second
    return {
        "model": asdict(second.model),
        "predicted": second.predicted,
        "probabilities": {
            "blob": blobs.add(second.probabilities.astype("<f4").tobytes()),
            "classes": second.probabilities.shape[1],
        },
        "shape": list(second.images.shape),
        "notes": list(second.images.notes),
        "network": _network(comparison.first, second, blobs),
    }


def _network(first: Predictions, second: Predictions, blobs: Blobs) -> dict[str, Any] | None:
    """Return the second network, unless its input images differ from those on the page."""
    if second.network is not None and not _same_pixels(first, second):
        return refused([Refusal("", "pictures", "its input images differ from those on this page")])
    return network_entry(second, blobs)


def _same_pixels(first: Predictions, second: Predictions) -> bool:
    a, b = first.images, second.images
    return a.peak == b.peak and a.pixels.dtype == b.pixels.dtype and np.array_equal(a.pixels, b.pixels)


def _profiles(seen: Responses | None, blobs: Blobs) -> dict[str, Any] | None:
    if seen is None or not seen.model.has_classes:
        return None
    light = {path: layer.profile for path, layer in seen.layers.items() if layer.profile.size <= MOST_PROFILE}
    return {
        "counts": class_counts(seen),
        "layers": {path: blobs.add(profile.astype("<f4").tobytes()) for path, profile in light.items()},
    }


COMPARE = Section("compare", PAGES / "compare.js", entry)
