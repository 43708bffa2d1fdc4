"""Begin with the weights of a trained model, and keep some of them as they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import ModelError, UnknownNameError
from cnnviz.models.open import open_model
from cnnviz.models.probe import Probe

if TYPE_CHECKING:
    import keras


def source_model(source: keras.Model | Probe | str | Path) -> tuple[keras.Model, str]:
    """Return the Keras model of a file, a bundled name, a probe or a model, and a hash of its weights."""
    probe = open_model(source)
    return probe.model, probe.card.hash


def like(source: keras.Model, shape: tuple[int, int, int], classes: int) -> keras.Model:
    """Build a network with the layers of another, fresh weights, and a unit a class in its last dense layer.

    ModelError if the pictures are of another shape than it takes.
    """
    taken = tuple(source.input_shape[1:])
    if any(side is not None and side != ours for side, ours in zip(taken, shape, strict=True)):
        raise ModelError(f"the model takes pictures of {taken}, but these are {shape}; name a network to transfer to")
    config = source.get_config()
    last = max((i for i, one in enumerate(config["layers"]) if one["class_name"] == "Dense"), default=None)
    if last is None:
        raise ModelError("the model ends in no dense layer; name a network to transfer its weights to")
    config["layers"][last]["config"]["units"] = classes
    # Shapes that were built before may be others now.
    for one in config["layers"]:
        one.pop("build_config", None)
    made: keras.Model = type(source).from_config(config)
    if not made.built:
        made.build((None, *shape))
    return made


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
    """Keep the weights of all layers up to and with one as they are; UnknownNameError if there is no such layer."""
    names = [layer.name for layer in model.layers]
    if until not in names:
        raise UnknownNameError("layer", until, names)
    for layer in model.layers[: names.index(until) + 1]:
        layer.trainable = False
