"""Dtypes in initializers, which tf.keras 1.x and 2.0 wrote and Keras 3 does not accept."""

from __future__ import annotations

from typing import Any

from ..saved.config_tree import map_objects

NAME = "initializer dtype"

_INITIALIZERS = {
    "Zeros", "Ones", "Constant", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Orthogonal",
    "Identity", "GlorotUniform", "GlorotNormal", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform",
}  # fmt: skip


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Remove it: the layer's own dtype applies."""
    return map_objects(config, _without)


def _without(found: dict[str, Any]) -> dict[str, Any]:
    inner = found.get("config")
    if found.get("class_name") not in _INITIALIZERS or not isinstance(inner, dict) or "dtype" not in inner:
        return found
    return {**found, "config": {key: value for key, value in inner.items() if key != "dtype"}}
