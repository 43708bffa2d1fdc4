"""Names with a slash, as ``Conv/BatchNorm`` in MobileNetV3 of tf.keras 2, which Keras 3 does not allow."""

from __future__ import annotations

from typing import Any

from ..saved.tree import map_layers

NAME = "layer names"


def clean(name: str) -> str:
    """Return a name that Keras 3 takes; weights are found by it, too."""
    return name.replace("/", "_")


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Write an underscore for a slash, wherever a graph names the layer."""
    return map_layers(config, _model)


def _model(layer: dict[str, Any]) -> dict[str, Any]:
    inner = layer.get("config")
    if not isinstance(inner, dict):
        return layer
    layer = _renamed(layer)
    inner = layer["config"]
    if not isinstance(inner.get("layers"), list):
        return layer
    names = {key for one in inner["layers"] if isinstance(one, dict) for key in [one.get("name")] if key and "/" in key}
    if not names:
        return layer
    layers = [
        {key: _referred(value) if key in ("inbound_nodes", "name") else value for key, value in one.items()}
        for one in inner["layers"]
    ]
    ends = {key: _referred(inner[key]) for key in ("input_layers", "output_layers") if key in inner}
    return {**layer, "config": {**inner, "layers": layers, **ends}}


def _renamed(layer: dict[str, Any]) -> dict[str, Any]:
    name = layer["config"].get("name")
    if not isinstance(name, str) or "/" not in name:
        return layer
    return {**layer, "config": {**layer["config"], "name": clean(name)}}


def _referred(value: Any) -> Any:
    """Clean the names of layers in a reference, [layer, node, tensor, …], and in whatever holds such."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_referred(item) for item in value]
    if isinstance(value, dict):
        return {key: _referred(item) if isinstance(item, list | dict) else item for key, item in value.items()}
    return value
