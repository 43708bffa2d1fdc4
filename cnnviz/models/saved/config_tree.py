"""Traversal of a model's configuration, including nested layers and objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def objects(config: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every mapping with a class_name, outermost first, with the name of its layer."""
    if isinstance(config, list | tuple):
        for item in config:
            yield from objects(item, path)
    elif isinstance(config, dict):
        inner = config.get("config")
        if isinstance(config.get("class_name"), str):
            name = inner.get("name") if isinstance(inner, dict) else None
            path = name if isinstance(name, str) else path
            yield path, config
        for value in config.values():
            yield from objects(value, path)


def is_model(layer: dict[str, Any]) -> bool:
    """Whether an object of the configuration is a model with layers of its own."""
    inner = layer.get("config")
    return isinstance(inner, list) or (isinstance(inner, dict) and isinstance(inner.get("layers"), list))


#: Keys under which a layer's configuration has another object, and what else can be there.
_HOLD_LAYERS = ("layer", "backward_layer", "cell", "activation")
_NO_LAYERS = {"function", "__lambda__", None}


def map_layers(model: dict[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """Return the model with ``change`` applied to each layer that has a configuration, innermost first, and to itself.

    Layers inside wrappers (TimeDistributed and its like), and those that stand for an activation, are changed too.
    ``model`` is not changed.
    """
    inner = model.get("config")
    if not isinstance(inner, dict):
        return model
    new = dict(inner)
    if isinstance(inner.get("layers"), list):
        new["layers"] = [map_layers(layer, change) if isinstance(layer, dict) else layer for layer in inner["layers"]]
    for key in _HOLD_LAYERS:
        held = inner.get(key)
        if isinstance(held, dict) and isinstance(held.get("config"), dict) and held.get("class_name") not in _NO_LAYERS:
            new[key] = map_layers(held, change)
    return change({**model, "config": new})


def map_objects(value: Any, change: Callable[[dict[str, Any]], Any]) -> Any:
    """Return any part of a configuration with ``change`` applied to every mapping in it, innermost first."""
    if isinstance(value, list | tuple):
        return [map_objects(item, change) for item in value]
    if isinstance(value, dict):
        return change({key: map_objects(item, change) for key, item in value.items()})
    return value
