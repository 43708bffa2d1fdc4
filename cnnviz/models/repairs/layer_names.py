"""Layer names that Keras 3 or TensorFlow rejects.

``Conv/BatchNorm`` is in MobileNetV3 of tf.keras 2; ``my layer`` is possible with backends other than TensorFlow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..saved.config_tree import map_layers

NAME = "layer names"

#: Names that TensorFlow accepts for a scope, which every layer opens when it runs, and for a node of a graph.
_TAKEN = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.>-]*")
_STRANGE = re.compile(r"[^A-Za-z0-9_.>-]")


def runs(name: str) -> bool:
    """Whether TensorFlow can run a layer of this name."""
    return _TAKEN.fullmatch(name) is not None


def clean(name: str) -> str:
    """Return a name that Keras 3 and TensorFlow accept, unchanged if valid; weights are also matched by it."""
    name = _STRANGE.sub("_", name)
    return name if runs(name) else f"layer{name}"


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Replace invalid characters by underscores, wherever a graph names the layer."""
    better = map_layers(config, _model)
    inner = config.get("config")
    if isinstance(inner, dict) and "/" not in str(inner.get("name", "")) and "name" in inner:
        # The model itself opens no scope.
        better = {**better, "config": {**better["config"], "name": inner["name"]}}
    return better


def _model(layer: dict[str, Any]) -> dict[str, Any]:
    layer = _renamed(layer)
    inner = layer["config"]
    if not isinstance(inner.get("layers"), list):
        return layer
    written = [one.get("name") for one in inner["layers"] if isinstance(one, dict)]
    names = {name: clean(name) for name in written if isinstance(name, str) and clean(name) != name}
    if not names:
        return layer
    layers = [
        {key: _referred(value, names) if key in ("inbound_nodes", "name") else value for key, value in one.items()}
        for one in inner["layers"]
    ]
    ends = {key: _referred(inner[key], names) for key in ("input_layers", "output_layers") if key in inner}
    return {**layer, "config": {**inner, "layers": layers, **ends}}


def _renamed(layer: dict[str, Any]) -> dict[str, Any]:
    name = layer["config"].get("name")
    if not isinstance(name, str) or clean(name) == name:
        return layer
    return {**layer, "config": {**layer["config"], "name": clean(name)}}


def _referred(value: Any, names: Mapping[str, str]) -> Any:
    """Rename layers in a reference, [layer, node, tensor, …], and in structures of references."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list | tuple):
        return [_referred(item, names) for item in value]
    if isinstance(value, dict):
        return {key: _referred(item, names) if isinstance(item, list | dict) else item for key, item in value.items()}
    return value
