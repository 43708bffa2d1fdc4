"""``batch_input_shape`` on the first layer, as in Keras 2; Keras 3 requires an InputLayer."""

from __future__ import annotations

from typing import Any

from ..saved.config_tree import is_model, map_layers

NAME = "batch_input_shape"

_OLD = ("batch_input_shape", "input_dtype", "input_dim", "input_shape", "input_length", "ragged", "sparse")


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Give each Sequential an InputLayer if its first layer has the shape, and rename the shape of input layers."""
    return map_layers(config, _layer)


def _layer(layer: dict[str, Any]) -> dict[str, Any]:
    inner = layer["config"]
    if is_model(layer):
        return _with_input(layer) if layer["class_name"] == "Sequential" else _stripped(layer)
    if layer["class_name"] != "InputLayer" or "batch_input_shape" not in inner:
        return layer
    kept = {key: value for key, value in inner.items() if key not in _OLD}
    return {**layer, "config": {**kept, "batch_shape": inner["batch_input_shape"]}}


def _with_input(model: dict[str, Any]) -> dict[str, Any]:
    layers = model["config"]["layers"]
    if not layers:
        return model
    first = layers[0]
    shape = _carried(first)
    layers = [_bare(layer) for layer in layers]
    if shape is not None and first["class_name"] != "InputLayer":
        name = f"{first['config'].get('name', 'first')}_input"
        layers = [{"class_name": "InputLayer", "config": {"batch_shape": shape, "name": name}}, *layers]
    return {**model, "config": {**model["config"], "layers": layers}}


def _carried(layer: dict[str, Any]) -> list[int | None] | None:
    """Return the shape given on a first layer, with the batch axis; for a nested model that of its own first layer."""
    inner = layer.get("config")
    if not isinstance(inner, dict) or is_model(layer):
        return None
    if "batch_input_shape" in inner:
        return list(inner["batch_input_shape"])
    if "input_shape" in inner:
        return [None, *inner["input_shape"]]
    if "input_dim" in inner and layer["class_name"] == "Dense":
        return [None, inner["input_dim"]]
    return None


def _stripped(model: dict[str, Any]) -> dict[str, Any]:
    """Return a functional model without shapes on layers, since its graph has its inputs."""
    layers = [_bare(layer) for layer in model["config"]["layers"]]
    return {**model, "config": {**model["config"], "layers": layers}}


def _bare(layer: dict[str, Any]) -> dict[str, Any]:
    inner = layer.get("config")
    if not isinstance(inner, dict) or is_model(layer) or layer["class_name"] == "InputLayer":
        return layer
    carried = [key for key in ("batch_input_shape", "input_shape", "input_dtype") if key in inner]
    if layer["class_name"] == "Dense" and "input_dim" in inner:
        carried.append("input_dim")
    if "input_length" in inner:
        carried.append("input_length")
    return {**layer, "config": {key: value for key, value in inner.items() if key not in carried}} if carried else layer
