"""``#/layer/…``: every channel of one layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.features.responses import Responses

from ..content import Content
from ..dead_channels import dead_by_layer
from ..quantize import Blobs
from ..section import PAGES, Section


def entry(content: Content, blobs: Blobs) -> dict[str, Any]:
    """Return the dead channels of each layer and, with responses to a whole set, the ranges of its channels."""
    seen = content.find(Responses)
    overall = {}
    for path, layer in {} if seen is None else seen.layers.items():
        reach = np.concatenate([layer.low, layer.high]).astype("<f4")
        overall[path] = {"pictures": layer.pictures, "blob": blobs.add(reach.tobytes())}
    return {"silent": {layer.path: channels for layer, channels in dead_by_layer(content)}, "overall": overall}


LAYER = Section("layer", PAGES / "layer.js", entry)
