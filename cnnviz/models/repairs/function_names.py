"""Function names of a single version of TensorFlow: ``softmax_v2`` is softmax."""

from __future__ import annotations

from typing import Any

from ..saved.config_tree import map_layers

NAME = "function names"

_RENAMED = {
    "softmax_v2": "softmax", "relu_v2": "relu", "elu_v2": "elu", "swish": "silu", "swish_v2": "silu", "log_softmax_v2":
    "log_softmax", "leaky_relu_v2": "leaky_relu", "sigmoid_v2": "sigmoid", "tanh_v2": "tanh", "linear_v2": "linear",
}  # fmt: skip


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Replace the name by that of Keras 3."""
    return map_layers(config, _layer)


def _layer(layer: dict[str, Any]) -> dict[str, Any]:
    inner = layer["config"]
    if "activation" not in inner:
        return layer
    name = _named(inner["activation"])
    return layer if name == inner["activation"] else {**layer, "config": {**inner, "activation": name}}


def _named(activation: Any) -> Any:
    if isinstance(activation, str):
        return _RENAMED.get(activation, activation)
    if isinstance(activation, dict) and activation.get("class_name") == "function":
        name = activation.get("config")
        if isinstance(name, str) and name in _RENAMED:
            return _RENAMED[name]
    return activation
