"""Limits of a network's description, checked before anything walks through it or builds from it."""

from __future__ import annotations

from typing import Any

from cnnviz.core.errors import ModelError

#: The most layers and other objects, and the deepest nesting. The largest network of keras.applications, NASNetLarge,
#: has 1,041 layers with about 8 objects each; a model inside a model adds four levels.
MOST_LAYERS, MOST_OBJECTS, DEEPEST = 2_000, 40_000, 120


def refuse_excess(config: Any, file: str) -> None:
    """Raise ModelError for a description of more layers, objects or levels than any network has."""
    layers = count = 0
    waiting = [(config, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise ModelError(f"{file} is not opened: its description is nested more than {DEEPEST} deep")
        if isinstance(value, dict):
            count += isinstance(value.get("class_name"), str)
            layers += len(value["layers"]) if isinstance(value.get("layers"), list) else 0
        if layers > MOST_LAYERS or count > MOST_OBJECTS:
            raise ModelError(f"{file} is not opened: it describes more than {MOST_LAYERS:,} layers")
        held = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
        waiting.extend((inner, depth + 1) for inner in held if isinstance(inner, dict | list | tuple))
