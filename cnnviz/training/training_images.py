"""Training images, which must not be test images."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.errors import DataError, UsageError
from cnnviz.data.class_names import used_names
from cnnviz.data.dispatch import split_names
from cnnviz.data.fit import FitLike
from cnnviz.data.images import Images
from cnnviz.data.open import open_images
from cnnviz.data.paths import exists
from cnnviz.data.train_test import beside
from cnnviz.data.white import WhiteLike

from .recipe import TrainingRecipe

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike

#: Warning about a model that is trained on the bundled sample.
FROM_TEST_SET = (
    "the sample is part of the Fashion-MNIST test set: don't report accuracy on either for a model trained on it"
)


def training_images_of(source: ImagesLike, fit: FitLike = None, white: WhiteLike = None) -> Images:
    """Return labeled training images; of a source with a train and a test part, the train part.

    ``fit`` and ``white`` are as in open_images.

    UsageError for test images, DataError as for ``check_labeled``.
    """
    if isinstance(source, Images):
        return check_labeled(source.with_white(white))
    if isinstance(source, str | Path) and split_names(source) == ("train", "test"):
        source = f"{source}:train"
    return check_labeled(open_images(source, fit=fit, white=white))


def validation_images_of(source: ImagesLike, training: Images, fit: FitLike = None, white: WhiteLike = None) -> Images:
    """Return labeled images in the size, range and classes of the training images; DataError for other classes."""
    images = beside(training, check_labeled(open_images(source, fit=fit, white=white)), fit)
    assert images.labels is not None
    if images.class_names != training.class_names[: len(images.class_names)]:
        raise DataError(
            f"the validation images have the classes {', '.join(images.class_names[:6])}, but those for training "
            f"{', '.join(training.class_names[:6])}; give images of the same classes"
        )
    return replace(images, class_names=training.class_names)


def check_labeled(images: Images) -> Images:
    """Return the images, without trailing numbered classes that have no images.

    UsageError for the test part of a set, DataError without usable labels, and for pixels that are scaled already.
    """
    whole, _, part = images.source.rpartition(":")
    if part == "test" and whole:
        there = f"{whole}:train" if "train" in split_names(whole) else "others"
        raise UsageError(f"{images.source} are test images, which must not be trained on; give {there}")
    if (train := _train_beside(images.source)) is not None:
        raise UsageError(f"{images.source} are test images by name, which must not be trained on; give {train}")
    if images.label_rows is not None:
        raise DataError(f"{images.source} has {images.without_classes}; training takes one class per image")
    if images.labels is None or not len(images):
        raise DataError(f"{images.source} has no labels to train on")
    if images.scaled is not None:
        low, high = images.scaled
        raise DataError(
            f"{images.source} holds pixels from {low:.3g} to {high:.3g}, which are scaled already; give them from 0 to "
            "255 or 0 to 1, since training scales them itself"
        )
    if len(np.unique(images.labels)) < 2:
        raise DataError(f"{images.source} has only one class; a classifier needs at least two")
    return replace(images, class_names=used_names(images.class_names, int(images.labels.max())))


def training_notes(training: Images, validation: Images, recipe: TrainingRecipe) -> tuple[str, ...]:
    """Return the notes on the training images."""
    notes = [FROM_TEST_SET] if training.source == "sample" else []
    if recipe.validation and not len(validation):
        notes.append(f"no class has enough images to hold out {recipe.validation:.2g} of them; the last epoch is saved")
    return tuple(notes)


def _train_beside(source: str) -> Path | None:
    """Return the train part beside a file or folder of test images, if it exists.

    That is train.csv for test.csv, train-images-idx3-ubyte for t10k-images-idx3-ubyte, photos/train for photos/test.
    """
    path = Path(source)
    for word in ("train", "Train", "TRAIN"):
        name = re.sub(r"(?<![A-Za-z])(t10k|test)(?![A-Za-z])", word, path.name, flags=re.IGNORECASE)
        if name != path.name and exists(path.with_name(name)):
            return path.with_name(name)
    return None
