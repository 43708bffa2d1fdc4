"""``#/embedding``: the images as points in a plane."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.features.representation.embedding import Embedding

from ..content import Content
from ..positions import places
from ..quantize import Blobs
from ..section import PAGES, Section


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the points of each method for the images on the page."""
    held = content.find(Embedding)
    if held is None:
        return None
    at = places(content.predictions, held.images)
    here = np.flatnonzero(at >= 0)
    return {
        "layer": held.layer.path,
        "features": held.features,
        "means": held.means,
        "seed": held.seed,
        "pictures": len(held),
        "positions": at[here],
        "explained": [round(float(share), 6) for share in held.plane.explained],
        "maps": [
            {"name": name, "blob": blobs.add(np.asarray(points[here], "<f4").tobytes())}
            for name, points in held.points.items()
        ],
    }


EMBEDDING = Section("embedding", PAGES / "embedding.js", entry)
