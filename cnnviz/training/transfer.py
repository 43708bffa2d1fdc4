"""Transfer learning: start with the weights of a trained model, and freeze some of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import ModelError, UnknownNameError, UsageError
from cnnviz.models.input_scale.scale import Scale
from cnnviz.models.open import open_model
from cnnviz.models.probe import Probe

if TYPE_CHECKING:
    import keras


def source_model(source: keras.Model | Probe | str | Path) -> tuple[keras.Model, str, Scale]:
    """Return the Keras model of a source, a hash of its weights, and its scale."""
    probe = open_model(source)
    return probe.model, probe.card.hash, probe.scale


def like(source: keras.Model, scale: Scale, shape: tuple[int, int, int], classes: int) -> keras.Model:
    """Return a network with the layers of another, new weights, and a final softmax with one unit per class.

    All its layers are trainable, in the current precision. It takes pixels in 0…1, even if the other takes 0…255 and
    scales them itself. ModelError for images of another shape, or if its end or scaling cannot be adapted.
    """
    taken = tuple(source.input_shape[1:])
    without_channel = len(taken) == 2 and shape[2] == 1
    if any(side is not None and side != ours for side, ours in zip(taken, shape, strict=False)) or not (
        len(taken) == 3 or without_channel
    ):
        raise ModelError(f"the model takes images of {taken}, but these are {shape}; give a network to transfer to")
    import keras

    policy = keras.config.dtype_policy().name
    config = source.get_config()
    layers = config["layers"]
    _end_in_softmax(layers, classes)
    if scale.settled and scale.name != "0-1":
        _fed_unit_pixels(layers, scale)
    for one in _all_layers(layers):
        # Shapes from the earlier build may differ now.
        one.pop("build_config", None)
        held = one["config"]
        # The precision of layers, and not the dtype of an input or of an operation such as a cast.
        if one["class_name"] != "InputLayer" and isinstance(held.get("dtype"), dict):
            held["dtype"] = policy
        if "trainable" in held:
            held["trainable"] = True
    for one in layers:
        if without_channel and one["class_name"] == "InputLayer":
            one["config"]["batch_shape"] = (None, *shape)
    config.pop("build_input_shape", None)
    with keras.saving.custom_object_scope(_own_classes(source)):
        made: keras.Model = type(source).from_config(config)
    if not made.built:
        made.build((None, *shape))
    return made


def _own_classes(model: keras.Model) -> dict[str, type]:
    """Return the classes of custom layers, by their registered names."""
    import keras

    found: dict[str, type] = {}
    for layer in model.layers:
        kind = type(layer)
        if isinstance(layer, keras.Model):
            found |= _own_classes(layer)
        if not kind.__module__.startswith("keras."):
            found |= {kind.__name__: kind, keras.saving.get_registered_name(kind): kind}
    return found


def _all_layers(layers: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the configuration of every layer, including nested models."""
    for one in layers:
        yield one
        within = one["config"].get("layers")
        # A custom layer may have another meaning of "layers".
        if isinstance(within, list) and all(isinstance(each, dict) and "config" in each for each in within):
            yield from _all_layers(within)


def _end_in_softmax(layers: list[dict[str, Any]], classes: int) -> None:
    """Set the last dense layer to one unit per class, with a softmax if none follows."""
    last = max((i for i, one in enumerate(layers) if one["class_name"] == "Dense"), default=None)
    if last is None:
        raise ModelError("the model does not end in a dense layer; give a network to transfer its weights to")
    ending = layers[last]["config"]
    ending["units"] = classes
    after = layers[last + 1 :]
    if not after:
        ending["activation"] = "softmax"
    elif [one["config"].get("activation", one["class_name"].lower()) for one in after] != ["softmax"]:
        name = after[-1]["config"]["name"]
        raise ModelError(
            f"the model ends in {name!r}, which is not a softmax; give a network to transfer its weights to"
        )


def _fed_unit_pixels(layers: list[dict[str, Any]], scale: Scale) -> None:
    """Adapt the layer that rescales 0…255 to take 0…1."""
    own = next((one["config"] for one in layers if one["class_name"] == "Rescaling"), None)
    if own is None or scale.name != "0-255":
        raise ModelError(
            f"the model takes pixels as {scale.name}, but training uses 0…1; give a network to transfer its weights to"
        )
    own["scale"] = (255 * np.asarray(own["scale"], np.float64)).tolist()


def begin_with(model: keras.Model, source: keras.Model) -> list[str]:
    """Copy the weights of the source's layers with the same name and shapes; return their names.

    ModelError if there is none.
    """
    held: dict[str, Any] = {layer.name: layer.get_weights() for layer in source.layers}
    taken = []
    for layer in model.layers:
        weights = layer.get_weights()
        other = held.get(layer.name)
        if weights and other is not None and [w.shape for w in weights] == [w.shape for w in other]:
            layer.set_weights(other)
            taken.append(layer.name)
    if not taken:
        names = ", ".join(layer.name for layer in model.layers if layer.weights)
        raise ModelError(f"no layer of the model matches a layer here in name and shape ({names})")
    return taken


def freeze(model: keras.Model, until: str) -> None:
    """Freeze the weights of all layers up to and including one.

    UnknownNameError for an unknown layer, UsageError if no weights are left to train.
    """
    names = [layer.name for layer in model.layers]
    if until not in names:
        raise UnknownNameError("layer", until, names)
    for layer in model.layers[: names.index(until) + 1]:
        layer.trainable = False
    if not model.trainable_variables:
        raise UsageError(f"no layer after {until!r} has weights, so nothing is left to train; freeze fewer")
