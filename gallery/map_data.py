"""The stored maps of a page, which it does not compute itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from .content import Content
from .quantize import Blobs, pack_maps


def maps_entries(content: Content, blobs: Blobs) -> list[dict[str, Any]]:
    """Return the page's ``data.maps``, one entry per layer; values go into blobs."""
    if content.maps is None:
        return []
    return [_entry(content.maps[layer.path], layer.path, blobs) for layer in content.maps.layers]


def _entry(values: np.ndarray, path: str, blobs: Blobs) -> dict[str, Any]:
    spatial = values.ndim == 4
    if not spatial:
        values = values.reshape(len(values), -1)
    height, width = values.shape[1:3] if spatial else (1, 1)
    return {
        "path": path,
        "blob": blobs.add(pack_maps(values, f"layer {path}")),
        "pictures": len(values),
        "height": height,
        "width": width,
        "channels": values.shape[-1],
        "signed": bool((values < 0).any()),
        "spatial": spatial,
    }
