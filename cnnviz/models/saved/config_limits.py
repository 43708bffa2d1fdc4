"""Limits of a network's description, checked before anything walks through it or builds from it."""

from __future__ import annotations

from typing import Any

from cnnviz.core.errors import ModelError

#: The most layers and other objects, and the deepest nesting. The largest network of keras.applications, NASNetLarge,
#: has 1,041 layers with about 8 objects each; a model inside a model adds four levels.
MOST_LAYERS, MOST_OBJECTS, DEEPEST = 2_000, 40_000, 120
#: The most layers of a Sequential, which Keras builds anew with each: 200 take seconds, 2,000 minutes.
MOST_IN_SEQUENCE = 250


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
            inside = _layers_of(value)
            layers += inside
            if inside > MOST_IN_SEQUENCE and not isinstance(value.get("input_layers"), list):
                raise ModelError(
                    f"{file} is not opened: it describes a Sequential of {inside:,} layers, more than the "
                    f"{MOST_IN_SEQUENCE} allowed; build it as a functional model"
                )
        if layers > MOST_LAYERS or count > MOST_OBJECTS:
            raise ModelError(f"{file} is not opened: it describes more than {MOST_LAYERS:,} layers")
        held = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
        waiting.extend((inner, depth + 1) for inner in held if isinstance(inner, dict | list | tuple))


def _layers_of(value: dict[str, Any]) -> int:
    """Return the number of layers in a model's configuration; Keras 2.1 has a bare list of a Sequential's."""
    held = value.get("layers", value.get("config"))
    return len(held) if isinstance(held, list) else 0
