"""``#/compare?of=layers``: similarity of the layers of one or two models."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.features.representation.similarity import Similarity

from ..content import Content
from ..quantize import Blobs
from ..section import Section


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the matrix, row by row; None for a layer that is constant over the images."""
    held = content.find(Similarity)
    if held is None:
        return None
    return {
        "rows": held.rows,
        "columns": held.columns,
        "other": None if held.other is None else held.other.name,
        "pictures": len(held),
        "batch": held.batch,
        "values": [[None if np.isnan(value) else round(float(value), 6) for value in row] for row in held.values],
    }


SIMILARITY = Section("similarity", None, entry)
