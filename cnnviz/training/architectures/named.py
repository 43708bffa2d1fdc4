"""Named networks with their published recipes; unpublished settings are chosen by cnnviz."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import UnknownNameError
from cnnviz.training.layer_text import build_from_words
from cnnviz.training.recipe import TrainingRecipe

from .fmnist_best import fmnist_best
from .fmnist_cnn import NORMALIZED, WORDS

if TYPE_CHECKING:
    import keras

#: Augmentation of the cnnviz networks.
GARMENTS = ("flip", "shift:pixels=2", "erase:most=0.4")


@dataclass(frozen=True)
class Architecture:
    """A named network: its author, its recipe, and the published test accuracy.

    Either ``words`` define its layers, or ``build`` makes it from the image shape and the number of classes. ``says``
    is a description, with the settings that its author did not publish.
    """

    name: str
    author: str
    says: str
    recipe: TrainingRecipe
    words: str = ""
    build: Callable[[tuple[int, int, int], int], keras.Model] | None = None
    published: float | None = None

    def model(self, shape: tuple[int, int, int], classes: int) -> keras.Model:
        """Build the network with fresh weights, for images (h, w, c) in 0…1."""
        if self.build is not None:
            return self.build(shape, classes)
        return build_from_words(self.words.format(classes=classes), shape, classes, self.name)

    def document(self) -> dict[str, Any]:
        """Return everything but ``build`` as JSON-ready values."""
        return {
            "name": self.name,
            "author": self.author,
            "says": self.says,
            "words": self.words or None,
            "published": self.published,
            "recipe": self.recipe.document(),
        }


DEPP_CNN = WORDS.replace("{dropout}", "0.25")
DEPP = "Steve Depp"
FABIA = "Helene Fabia"
ALL = (
    Architecture(
        "fmnist-cnn",
        "cnnviz",
        "the layers of depp-cnn with batch-normalized convolutions; recipe by cnnviz: augmentation, one cycle",
        TrainingRecipe(epochs=60, rate=3e-3, optimizer="adamw", weight_decay=0.02, changes=GARMENTS),
        NORMALIZED,
    ),
    Architecture(
        "fmnist-best",
        "cnnviz",
        "a residual network with 383,362 parameters; recipe by cnnviz",
        TrainingRecipe(epochs=36, optimizer="momentum", weight_decay=5e-4, changes=GARMENTS, label_smoothing=0.1),
        build=fmnist_best,
    ),
    Architecture(
        "depp-fc",
        DEPP,
        "one hidden layer, about as many parameters as depp-cnn; learning rate and schedule (unpublished) by cnnviz",
        TrainingRecipe(epochs=10),
        "flatten, dense 256 relu, dense {classes}",
        published=0.889,
    ),
    Architecture(
        "depp-cnn",
        DEPP,
        "the notebook's network; learning rate, schedule and dropout rate (unpublished) by cnnviz",
        TrainingRecipe(epochs=10),
        DEPP_CNN,
        published=0.919,
    ),
    Architecture(
        "fabia-baseline",
        FABIA,
        "two dense layers; width and training (unpublished) by cnnviz",
        TrainingRecipe(epochs=15),
        "flatten, dense 256 relu, dense {classes}",
    ),
    Architecture(
        "fabia-cnn",
        FABIA,
        "the author allowed 1,000 epochs; optimizer, schedule and dropout (unpublished) by cnnviz",
        TrainingRecipe(epochs=20),
        "conv 32 5x5 relu, conv 32 5x5 relu, conv 64 5x5 relu, avgpool 3, flatten, dense 256 relu, dropout 0.5, "
        "dense {classes}",
        published=0.9227,
    ),
    Architecture(
        "sgd-mlp",
        "the author of source project 003",
        "SGD with rate 0.02 for 30 epochs, batches of 32 (Keras's default)",
        TrainingRecipe(epochs=30, batch_size=32, optimizer="sgd", rate=0.02, schedule="constant"),
        "flatten, dense 256 relu, dense 128 relu, dense 32 relu, dense {classes}",
        published=0.8871,
    ),
    Architecture(
        "mcmullin-cnn",
        "Joe McMullin",
        "Adam with Keras's defaults, batches of 32",
        TrainingRecipe(epochs=20, batch_size=32, rate=1e-3, schedule="constant"),
        "conv 32 3x3 relu, pool 2, conv 64 3x3 relu, pool 2, conv 128 3x3 relu, flatten, dense 128 relu, "
        "dense {classes}",
        published=0.9058,
    ),
)
BY_NAME = {one.name: one for one in ALL}


def architecture(name: str) -> Architecture:
    """Return a network by name; UnknownNameError lists the valid names."""
    if name not in BY_NAME:
        raise UnknownNameError("architecture", name, list(BY_NAME))
    return BY_NAME[name]
