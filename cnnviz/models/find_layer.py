"""Layers as callers name them: by path or name, by index, or as the Keras layer itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from cnnviz.core.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    import keras

    from .probe import Probe

#: What is accepted as a layer: its path, its name if that is unique, its index among ``model.layers`` (-1 is the last),
#: or the layer itself.
LayerLike: TypeAlias = "str | int | keras.layers.Layer"
#: One layer or several.
LayersLike: TypeAlias = "LayerLike | Sequence[LayerLike]"


def find_path(probe: Probe, layer: LayerLike) -> str:
    """Return the path of a layer; that of a nested model is its last layer's.

    UnknownNameError for a name that no layer has, UsageError, which lists the layers, for anything else that is none of
    the model's.
    """
    if isinstance(layer, str):
        return _path_of_name(probe, layer)
    if isinstance(layer, int | np.integer) and not isinstance(layer, bool):
        layers = probe.model.layers
        if not -len(layers) <= layer < len(layers):
            raise UsageError(f"there is no layer {layer}: the model has {len(layers)}; {_choices(probe)}")
        layer = layers[int(layer)]
    name = getattr(layer, "name", None)
    if not isinstance(name, str) or not callable(layer):
        raise UsageError(f"{layer!r} is not a layer; give a name, an index or a layer of the model; {_choices(probe)}")
    own = {id(one) for one in ([layer] if not hasattr(layer, "_flatten_layers") else layer._flatten_layers())}
    found = [step.path for step in probe.runner.graph.steps if id(step.operation) in own]
    if not found:
        what = "is the model's input" if type(layer).__name__ == "InputLayer" else "is not a layer of this model"
        raise UsageError(f"{name!r} {what}; {_choices(probe)}")
    return found[-1] if hasattr(layer, "layers") else found[0]


def find_paths(probe: Probe, layers: LayersLike) -> tuple[str, ...]:
    """Return the path of each of one or several layers."""
    return tuple(find_path(probe, layer) for layer in listed(layers))


def listed(layers: LayersLike) -> list[Any]:
    """Return one or several layers as a list."""
    return list(layers) if isinstance(layers, Iterable) and not isinstance(layers, str) else [layers]


def named(probe: Probe, layers: LayersLike | None) -> str | tuple[str, ...] | None:
    """Return layers by name: names as they are, other layers as their paths."""
    if layers is None or isinstance(layers, str):
        return layers
    paths = tuple(one if isinstance(one, str) else find_path(probe, one) for one in listed(layers))
    return paths if isinstance(layers, Iterable) else paths[0]


def _path_of_name(probe: Probe, name: str) -> str:
    paths = [layer.path for layer in probe.layers]
    if name in paths:
        return name
    ending = [known for known in paths if known.endswith(f"/{name}")]
    if len(ending) == 1:
        return ending[0]
    raise UnknownNameError("layer", name, ending or paths, probe.card.notes)


def _choices(probe: Probe) -> str:
    paths = [layer.path for layer in probe.layers]
    return f"choose from: {', '.join(paths[:12])}{', …' if len(paths) > 12 else ''}"
