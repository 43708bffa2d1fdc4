"""Dead channels: flat on every image of the page."""

from __future__ import annotations

import numpy as np

from cnnviz.core.model_card import LayerInfo
from cnnviz.core.signal import dead_channels
from cnnviz.features.responses import Responses

from .content import Content


def dead_by_layer(content: Content) -> list[tuple[LayerInfo, list[int]]]:
    """Return the layers of the page with their dead channels, in the model's order."""
    seen = content.find(Responses)
    dead: dict[str, list[int]] = {}
    if seen is not None:
        dead = {path: [int(i) for i in np.flatnonzero(layer.dead)] for path, layer in seen.layers.items()}
    elif content.maps is not None:
        dead = {path: dead_channels(values) for path, values in content.maps.values.items()}
    return [(layer, dead[layer.path]) for layer in content.predictions.model.layers if layer.path in dead]


def looked_at(content: Content) -> int:
    """Return the number of images behind ``dead_by_layer``."""
    seen = content.find(Responses)
    if seen is not None:
        return len(seen)
    return 0 if content.maps is None else len(content.maps)
