"""The two versions of ``hard_sigmoid``: x / 5 + 1/2 up to Keras 2, x / 6 + 1/2 in Keras 3."""

from __future__ import annotations

from typing import Any

from ..saved.config_tree import map_layers

NAME = "hard_sigmoid"

#: Recurrent layers have a second activation, a hard_sigmoid by default.
_KEYS = ("activation", "recurrent_activation")
_OLD = {
    "module": "builtins",
    "class_name": "function",
    "config": "hard_sigmoid_of_keras_2",
    "registered_name": "function",
}


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Name the Keras 2 function, which cnnviz provides; only for configurations of that age."""
    return map_layers(config, _layer)


def _layer(layer: dict[str, Any]) -> dict[str, Any]:
    inner = layer["config"]
    changed = {key: _OLD for key in _KEYS if _is_one(inner.get(key))}
    return {**layer, "config": {**inner, **changed}} if changed else layer


def _is_one(activation: Any) -> bool:
    if isinstance(activation, dict) and activation.get("class_name") == "function":
        activation = activation.get("config")
    return isinstance(activation, str) and activation == "hard_sigmoid"
