"""Resolve the network to train: by name, from layer text, or from another model with its weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import UsageError

from .architectures.named import architecture
from .layer_text import build_from_words, read_layers
from .recipe import TrainingRecipe
from .transfer import begin_with, freeze, like, source_model

if TYPE_CHECKING:
    import keras

    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

DEFAULT = "fmnist-cnn"
#: Small steps for pretrained weights.
GENTLE = TrainingRecipe(epochs=5, rate=1e-3)


@dataclass(frozen=True)
class Network:
    """A network to train: its builder, for an image shape and a number of classes, and its recipe.

    ``settings`` identify it in a run's files; ``words`` is its layer text, if any, with ``{classes}`` for the units of
    the last layer. ``teacher`` is a model for distillation.
    """

    name: str
    build: Callable[[tuple[int, int, int], int], keras.Model]
    recipe: TrainingRecipe
    settings: dict[str, Any]
    words: str | None = None
    teacher: Probe | None = None


def chosen_network(
    network: str | None = None,
    layers: str | Sequence[str] | None = None,
    transfer: ModelLike | None = None,
    freeze_until: str | None = None,
    called: str = "model",
) -> Network:
    """Return the requested network; UsageError for contradictory arguments.

    ``called`` is the name for a network from layer text.
    """
    if network is not None and not isinstance(network, str):
        raise UsageError(f"network is the name of one, not a {type(network).__name__}; give images as images")
    if layers is not None and not isinstance(layers, str):
        layers = ", ".join(map(str, layers))
    if network is not None and layers is not None:
        raise UsageError("give a network or its layers, not both")
    if freeze_until is not None and transfer is None:
        raise UsageError("only weights of another model can be frozen; give it with transfer")
    if transfer is None:
        return _spelled(layers, called) if layers is not None else _named(network or DEFAULT)
    source, identity, scale = source_model(transfer)
    if network is None and layers is None:
        base = Network(
            source.name, lambda shape, classes: like(source, scale, shape, classes), GENTLE, {"network": source.name}
        )
    else:
        base = _spelled(layers, called) if layers is not None else _named(network or DEFAULT)

    def build(shape: tuple[int, int, int], classes: int) -> keras.Model:
        model = base.build(shape, classes)
        begin_with(model, source)
        if freeze_until is not None:
            freeze(model, freeze_until)
        return model

    begun = {"transfer": identity, "freeze_until": freeze_until}
    return Network(base.name, build, base.recipe, {**base.settings, **begun}, base.words)


def _named(name: str) -> Network:
    known = architecture(name)
    return Network(known.name, known.model, known.recipe, {"network": known.name}, known.words or None)


def _spelled(layers: str, name: str) -> Network:
    # Fail on an invalid word before images are read and TensorFlow is loaded.
    read_layers(layers.replace("{classes}", "10"))

    def build(shape: tuple[int, int, int], classes: int) -> keras.Model:
        return build_from_words(layers.replace("{classes}", str(classes)), shape, classes, name)

    return Network(name, build, TrainingRecipe(), {"layers": layers}, layers)
