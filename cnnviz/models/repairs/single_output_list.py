"""Lists of a single output.

Keras 2 wrote the one output of a model as a list; in Keras 3 such a model returns a list. In a graph that makes no
difference. In a Sequential the next layer is given the list.
"""

from __future__ import annotations

from typing import Any

from ..saved.config_tree import is_model, map_layers

NAME = "lists of one"


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Replace lists of one input or output by the item, in models inside Sequentials."""
    return map_layers(config, _model)


def _model(model: dict[str, Any]) -> dict[str, Any]:
    inner = model["config"]
    if model.get("class_name") != "Sequential" or not is_model(model):
        return model
    layers = [_alone(layer) if isinstance(layer, dict) and is_model(layer) else layer for layer in inner["layers"]]
    return {**model, "config": {**inner, "layers": layers}}


def _alone(layer: dict[str, Any]) -> dict[str, Any]:
    inner = layer["config"]
    if not isinstance(inner, dict):
        return layer
    ends = {}
    for key in ("input_layers", "output_layers"):
        found = inner.get(key)
        if isinstance(found, list) and len(found) == 1 and isinstance(found[0], list):
            ends[key] = found[0]
    return {**layer, "config": {**inner, **ends}}
