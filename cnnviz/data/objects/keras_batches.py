"""``keras.utils.PyDataset`` and the generators of ImageDataGenerator, whose iteration has no end but which know it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from ..images import Images
from .collect import collect
from .lengths import check_bounded, length_of
from .random_draw import keras_draw
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object gives numbered batches, as PyDataset and the Sequence of Keras 2 do."""
    return hasattr(source, "__getitem__") and hasattr(source, "on_epoch_end")


def open_object(source: Any, request: Request) -> Images:
    """Return the images of the batches 0 to len(source) − 1, with the class names of flow_from_directory."""
    where = f"the {type(source).__name__}"
    length = length_of(source)
    check_bounded(length, where, request)
    numbers = getattr(source, "class_indices", None)
    names = sorted(numbers, key=numbers.__getitem__) if isinstance(numbers, dict) and numbers else None
    images = collect(_batches(source, length), where, request, names, batched=True)
    return images.with_notes(*keras_draw(source))


def _batches(source: Any, length: int | None) -> Iterator[Any]:
    for number in count() if length is None else range(length):
        yield source[number]
