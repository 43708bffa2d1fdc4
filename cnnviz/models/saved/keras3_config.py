"""Conversion of an old configuration to Keras 3, with a module for every object.

Keras 3 also reads configurations without modules, but by another code path that loses some arguments (a list of axes,
for one). With modules there is one path for all.
"""

from __future__ import annotations

from typing import Any

from .config_tree import is_model, map_layers

#: Keras 2's name of a model that is a graph.
_GRAPHS = {"Functional", "Model"}


def with_modules(model: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration with a module at each layer that has none."""
    return map_layers(model, _placed)


def without_training(model: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration without how the model was compiled: optimizers and losses age, and none is needed."""
    return map_layers(model, lambda layer: {key: value for key, value in layer.items() if key != "compile_config"})


def _of_keras(layer: dict[str, Any]) -> bool:
    from keras import layers

    name = layer.get("class_name")
    return name in _GRAPHS | {"Sequential"} or (isinstance(name, str) and hasattr(layers, name))


def _placed(layer: dict[str, Any]) -> dict[str, Any]:
    if layer.get("module"):
        return layer
    if not _of_keras(layer):
        # The caller's own class, found by its name.
        return {**layer, "module": None, "registered_name": layer.get("registered_name") or layer.get("class_name")}
    if is_model(layer):
        name = "Model" if layer["class_name"] in _GRAPHS else layer["class_name"]
        return {**layer, "class_name": name, "module": "keras", "registered_name": None}
    return {**layer, "module": "keras.layers", "registered_name": None}
