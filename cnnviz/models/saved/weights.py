"""Assignment of stored arrays to a model's variables: by name if names match, else in order, with shape checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import ModelError

from ..repairs.layer_names import clean
from .deferred_weights import give_values

if TYPE_CHECKING:
    import keras

#: Variables that are not weights: random states, and the image count of a Normalization.
_STATE = ("seed_generator_state", "count")

#: One layer of a file: its name and its arrays, each with its stored name.
Group = tuple[str, Sequence[tuple[str, np.ndarray]]]


def fill(model: keras.Model, groups: Sequence[Group], file: str) -> None:
    """Fill the model's layers from groups of arrays, one per stored layer.

    Arrays may be data sets of an open file, which are read when all shapes fit. A group goes to the layer of its name;
    if names were lost, groups go to the layers with weights, in order. ModelError if layers, arrays or shapes do not
    match one to one.
    """
    clean_groups = [(clean(name), arrays) for name, arrays in groups]
    refuse_unbuilt(model, file)
    _fill_layers([(layer.name, layer) for layer in model.layers], clean_groups, file)


def refuse_unbuilt(model: keras.Model, file: str) -> None:
    """Raise ModelError for a network without known shapes, and so without weights."""
    if not model.built:
        raise ModelError(
            f"{file} holds a network that was never built, so that the shape of its input is not known; call it once "
            "on a batch of images and save it again"
        )


def fill_deep(model: keras.Model, groups: Sequence[Group], file: str) -> None:
    """Fill as ``fill`` does, with one group per layer inside nested models, named by its path: ``backbone/conv2``."""
    _fill_layers(_deep(model, ""), groups, file)


def _deep(model: keras.Model, prefix: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for layer in model.layers:
        path = prefix + layer.name
        found += _deep(layer, path + "/") if hasattr(layer, "layers") else [(path, layer)]
    return found


def _fill_layers(named: Sequence[tuple[str, Any]], groups: Sequence[Group], file: str) -> None:
    """Fill layers, each given with the possible name of its group, from groups of arrays."""
    stored = [(name, arrays) for name, arrays in groups if arrays]
    layers = [layer for _, layer in named if _weights(layer)]
    by_name = {name: layer for name, layer in named if _weights(layer)}
    if len(stored) != len(layers):
        raise ModelError(
            f"{file} holds weights of {len(stored)} layers and its network has {len(layers)}; it is damaged, or the "
            "architecture is another network's"
        )
    names = [name for name, _ in stored]
    matched = [by_name[name] for name in names] if set(names) == set(by_name) else layers
    pairs = [
        pair
        for layer, (name, arrays) in zip(matched, stored, strict=True)
        for pair in _fitting(layer, name, arrays, file)
    ]
    # What has no array in the file is small: random states and counters.
    give_values(sum(array.size for _, array in pairs), file)
    for variable, array in pairs:
        variable.assign(array[()])
    for layer in matched:
        for part in getattr(layer, "_flatten_layers", lambda layer=layer: [layer])():
            # A Normalization uses values derived from its variables, which must be updated.
            if hasattr(part, "finalize_state"):
                part.finalize_state()


def _fitting(
    layer: Any, name: str, arrays: Sequence[tuple[str, np.ndarray]], file: str
) -> list[tuple[Any, np.ndarray]]:
    """Return the variables of a layer with their arrays; ModelError if they are not of the same shapes."""
    variables = _weights(layer)
    arrays = [(key, array) for key, array in arrays if _short(key) not in _STATE]
    if len(arrays) != len(variables):
        raise ModelError(
            f"{file} holds {len(arrays)} arrays for the layer {name!r}, which has {len(variables)}; it is damaged, or "
            "the architecture is another network's"
        )
    found = []
    for variable, (key, array) in zip(_in_order_of(variables, arrays), arrays, strict=True):
        if tuple(variable.shape) != array.shape:
            raise ModelError(
                f"{file} holds an array of {_by(array.shape)} for {key!r} of the layer {name!r}, where the network has "
                f"{_by(tuple(variable.shape))}"
            )
        found.append((variable, array))
    return found


def _weights(layer: Any) -> list[Any]:
    """Return the variables of a layer in the order of files: trainable ones first."""
    return [v for v in [*layer.trainable_variables, *layer.non_trainable_variables] if v.name not in _STATE]


def _in_order_of(variables: Sequence[Any], arrays: Sequence[tuple[str, np.ndarray]]) -> Sequence[Any]:
    """Return the variables in the order of the arrays if their names match, else unchanged."""
    for tail in (2, 1):
        known: dict[str, list[Any]] = {}
        for variable in variables:
            known.setdefault(_tail(variable.path, tail), []).append(variable)
        wanted = [_tail(key, tail) for key, _ in arrays]
        if len(set(wanted)) == len(wanted) and all(len(known.get(key, ())) == 1 for key in wanted):
            return [known[key][0] for key in wanted]
    return variables


def _tail(path: str, parts: int) -> str:
    return "/".join([*path.split("/")[:-1], _short(path)][-parts:])


def _short(key: str) -> str:
    """ "conv2d_1/kernel:0" is called "kernel"."""
    return key.rsplit("/", 1)[-1].split(":")[0]


def _by(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "one number"
