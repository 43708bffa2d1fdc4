"""Precision policies of tf.keras 2, objects where Keras 3 expects names."""

from __future__ import annotations

from typing import Any

from ..saved.config_tree import map_layers

NAME = "dtype policy"

_POLICIES = {"Policy", "PolicyV1", "AutoPolicy"}


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Replace a policy by its name, and remove it if it only states the default."""
    return map_layers(config, _layer)


def _layer(layer: dict[str, Any]) -> dict[str, Any]:
    inner = layer["config"]
    dtype = inner.get("dtype")
    if not isinstance(dtype, dict) or dtype.get("class_name") not in _POLICIES:
        return layer
    name = (dtype.get("config") or {}).get("name")
    named = {} if name in (None, "_infer", "infer", "infer_float32") else {"dtype": name}
    return {**layer, "config": {key: value for key, value in inner.items() if key != "dtype"} | named}
