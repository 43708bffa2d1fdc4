"""Axes of BatchNormalization, which tf.keras wrote as a list of one."""

from __future__ import annotations

from typing import Any

from ..saved.config_tree import map_layers

NAME = "axis list"


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Replace the list by its number."""
    return map_layers(config, _layer)


def _layer(layer: dict[str, Any]) -> dict[str, Any]:
    inner = layer["config"]
    if not isinstance(inner.get("axis"), list) or len(inner["axis"]) != 1:
        return layer
    return {**layer, "config": {**inner, "axis": int(inner["axis"][0])}}
