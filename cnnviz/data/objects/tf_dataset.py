"""``tf.data.Dataset``, batched or not, with or without labels; also of image_dataset_from_directory."""

from __future__ import annotations

from typing import Any

from ..images import Images
from .collect import collect
from .lengths import refuse_endless
from .random_draw import tensorflow_draw
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object is a dataset of TensorFlow."""
    return hasattr(source, "element_spec") and hasattr(source, "as_numpy_iterator")


def open_object(source: Any, request: Request) -> Images:
    """Return the images of one pass, with the ``class_names`` of the dataset."""
    # -1 stands for a dataset without an end, -2 for one whose length only a pass tells: that one is bounded by memory.
    where = "the tf.data.Dataset"
    if int(source.cardinality()) == -1:
        refuse_endless(where, request, "dataset.take(100), of batches as many")
    images = collect(source.as_numpy_iterator(), where, request, getattr(source, "class_names", None))
    return images.with_notes(*tensorflow_draw(source))
