"""The pictures that a network learns from, and never those of a test set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from cnnviz.core.errors import DataError, UsageError
from cnnviz.data.class_names import used_names
from cnnviz.data.images import Images
from cnnviz.data.kinds import split_names
from cnnviz.data.open import open_images


def pictures_of(source: Images | str | Path) -> Images:
    """Return labelled pictures to learn from: of a source that has a train and a test part, the train part.

    UsageError for test pictures, DataError for what ``labelled`` refuses.
    """
    if isinstance(source, Images):
        return labelled(source)
    train = split_names(source) == ("train", "test")
    return labelled(open_images(f"{source}:train" if train else source))


def labelled(images: Images) -> Images:
    """Return the pictures, without classes at the end that are mere numbers and have none.

    UsageError for the test part of a set, DataError if there is nothing to learn from.
    """
    whole, _, part = images.source.rpartition(":")
    if part == "test" and whole:
        raise UsageError(f"{images.source} are test pictures, which nothing may learn from; give {whole}:train")
    if images.labels is None or not len(images):
        raise DataError(f"{images.source} has no labels to learn from")
    if len(np.unique(images.labels)) < 2:
        raise DataError(f"{images.source} has one class only; a classifier needs two to tell apart")
    return replace(images, class_names=used_names(images.class_names, int(images.labels.max())))
