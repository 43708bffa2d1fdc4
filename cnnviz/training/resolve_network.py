"""What is to be trained: a network by name, in words, or another's, with the weights that it begins with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import UsageError

from .architectures.named import architecture
from .layer_text import build_from_words, read_layers
from .recipe import TrainingRecipe
from .transfer import begin_with, freeze, like, source_model

if TYPE_CHECKING:
    import keras

    from cnnviz.models.probe import Probe

DEFAULT = "fmnist-cnn"
#: Steps are small where weights are good already.
GENTLE = TrainingRecipe(epochs=5, rate=1e-3)


@dataclass(frozen=True)
class Network:
    """How to build it for images (h, w, c) and so many classes, and the recipe that suits it.

    ``settings`` tell it from others, in a run's files; ``words`` spell its layers where they can be spelled, with
    ``{classes}`` for the units of the last. ``teacher`` is a model whose answers it learns from beside the labels.
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
    transfer: keras.Model | Probe | str | Path | None = None,
    freeze_until: str | None = None,
    called: str = "model",
) -> Network:
    """Return the network that was asked for; UsageError if what was said does not go together.

    ``called`` is the name of one whose layers are spelled.
    """
    if network is not None and not isinstance(network, str):
        raise UsageError(f"network is the name of one, not a {type(network).__name__}; give images as images")
    if layers is not None and not isinstance(layers, str):
        layers = ", ".join(map(str, layers))
    if network is not None and layers is not None:
        raise UsageError("name a network or spell its layers, not both")
    if freeze_until is not None and transfer is None:
        raise UsageError("only weights of another model can stay as they are; say which with transfer")
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
    # A word that is wrong is told before images are read and TensorFlow is there.
    read_layers(layers.replace("{classes}", "10"))

    def build(shape: tuple[int, int, int], classes: int) -> keras.Model:
        return build_from_words(layers.replace("{classes}", str(classes)), shape, classes, name)

    return Network(name, build, TrainingRecipe(), {"layers": layers}, layers)
