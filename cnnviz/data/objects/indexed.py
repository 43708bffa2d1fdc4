"""Datasets with a length and numbered items, such as PyTorch's: an item is one image, or (image, label)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..images import Images
from .collect import collect
from .lengths import is_one_value, length_of
from .random_draw import torch_draw
from .request import Request
from .torch_loader import dataset_classes, is_stream


def recognizes(source: Any) -> bool:
    """Return whether an object is a dataset by number, and no array, list or text."""
    if is_one_value(source) or is_stream(source):
        return False
    return hasattr(source, "__getitem__") and length_of(source) is not None


def open_object(source: Any, request: Request) -> Images:
    """Return the images of the items 0 to len(source) − 1, channels moved last, with the dataset's classes."""
    where = f"the {type(source).__name__}"
    images = collect(_items(source), where, request, dataset_classes(source), batched=False)
    return images.with_notes(*torch_draw(source))


def _items(source: Any) -> Iterator[Any]:
    for number in range(len(source)):
        try:
            yield source[number]
        except IndexError:
            return
