"""``#/layer/…``: every channel of one layer."""

from __future__ import annotations

from typing import Any

from cnnviz.features.activations import Activations

from ..pack import Blobs
from ..section import PAGES, Section
from ..silence import silent_channels


def entry(result: Activations, blobs: Blobs) -> dict[str, Any]:
    """Return the channels of each layer that are silent on all pictures."""
    return {"silent": {layer.path: silent_channels(result[layer.path]) for layer in result.layers}}


LAYER = Section("layer", PAGES / "layer.js", entry)
