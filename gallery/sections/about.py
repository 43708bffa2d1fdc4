"""``#/about``: how every picture was made, and its limits."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.features.activations import Activations

from ..pack import Blobs
from ..section import PAGES, Section


def entry(result: Activations, blobs: Blobs) -> dict[str, Any]:
    """Return the largest error that eight bits bring into each layer's values."""
    return {"rounding": {layer.path: _half_step(result[layer.path]) for layer in result.layers}}


def _half_step(values: np.ndarray) -> float:
    spans = np.ptp(values, axis=(1, 2)) if values.ndim == 4 else np.zeros(1)
    return float(f"{spans.max() / 254 / 2:.3g}")


ABOUT = Section("about", PAGES / "about.js", entry)
