"""Begin with the weights of a trained model, and keep some of them as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import ModelError, UnknownNameError, UsageError
from cnnviz.models.open import open_model
from cnnviz.models.probe import Probe
from cnnviz.models.scale import Scale

if TYPE_CHECKING:
    import keras


def source_model(source: keras.Model | Probe | str | Path) -> tuple[keras.Model, str, Scale]:
    """Return the Keras model of a file, a bundled name, a probe or a model, a hash of its weights, and its scale."""
    probe = open_model(source)
    return probe.model, probe.card.hash, probe.scale


def like(source: keras.Model, scale: Scale, shape: tuple[int, int, int], classes: int) -> keras.Model:
    """Build a network with the layers of another, fresh weights, and a softmax with a unit a class at its end.

    All its layers learn, in the precision of the moment, whatever the other's do.
    It takes pixels in 0…1, also where the other takes 0…255 and scales them itself. ModelError if the images are of
    another shape than it takes, or if it cannot be ended or fed so.
    """
    taken = tuple(source.input_shape[1:])
    without_channel = len(taken) == 2 and shape[2] == 1
    if any(side is not None and side != ours for side, ours in zip(taken, shape, strict=False)) or not (
        len(taken) == 3 or without_channel
    ):
        raise ModelError(f"the model takes images of {taken}, but these are {shape}; name a network to transfer to")
    import keras

    policy = keras.config.dtype_policy().name
    config = source.get_config()
    layers = config["layers"]
    _end_in_softmax(layers, classes)
    if scale.settled and scale.name != "0-1":
        _fed_unit_pixels(layers, scale)
    for one in _all_layers(layers):
        # Shapes that were built before may be others now.
        one.pop("build_config", None)
        held = one["config"]
        # What a layer computes in, and not what an input or an operation such as a cast is of.
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
    """Return the classes of layers that are no part of Keras, by the names that they are written under."""
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
    """Yield what is written of every layer, those of models within the model too."""
    for one in layers:
        yield one
        within = one["config"].get("layers")
        # A layer of somebody's own may call anything "layers".
        if isinstance(within, list) and all(isinstance(each, dict) and "config" in each for each in within):
            yield from _all_layers(within)


def _end_in_softmax(layers: list[dict[str, Any]], classes: int) -> None:
    """Give the last dense layer a unit a class, and a softmax where none follows."""
    last = max((i for i, one in enumerate(layers) if one["class_name"] == "Dense"), default=None)
    if last is None:
        raise ModelError("the model ends in no dense layer; name a network to transfer its weights to")
    ending = layers[last]["config"]
    ending["units"] = classes
    after = layers[last + 1 :]
    if not after:
        ending["activation"] = "softmax"
    elif [one["config"].get("activation", one["class_name"].lower()) for one in after] != ["softmax"]:
        name = after[-1]["config"]["name"]
        raise ModelError(f"the model ends in {name!r}, which is no softmax; name a network to transfer its weights to")


def _fed_unit_pixels(layers: list[dict[str, Any]], scale: Scale) -> None:
    """Let the layer that brings 0…255 down to small numbers do so from 0…1."""
    own = next((one["config"] for one in layers if one["class_name"] == "Rescaling"), None)
    if own is None or scale.name != "0-255":
        raise ModelError(
            f"the model takes pixels as {scale.name}, and what is trained here takes 0…1; name a network to transfer "
            "its weights to"
        )
    own["scale"] = (255 * np.asarray(own["scale"], np.float64)).tolist()


def begin_with(model: keras.Model, source: keras.Model) -> list[str]:
    """Give layers the weights of the source's layers of the same name and shapes; return the names of those.

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
        raise ModelError(f"no layer of the model has the name and shape of one here ({names})")
    return taken


def freeze(model: keras.Model, until: str) -> None:
    """Keep the weights of all layers up to and with one as they are.

    UnknownNameError if there is no such layer, UsageError if no weights are left to learn.
    """
    names = [layer.name for layer in model.layers]
    if until not in names:
        raise UnknownNameError("layer", until, names)
    for layer in model.layers[: names.index(until) + 1]:
        layer.trainable = False
    if not model.trainable_variables:
        raise UsageError(f"no layer after {until!r} has weights, so that nothing is left to learn; freeze fewer")
