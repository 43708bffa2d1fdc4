"""PyTorch's DataLoader."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from ..images import Images
from .collect import collect
from .lengths import check_bounded, length_of
from .random_draw import torch_draw
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object is iterated in batches of a dataset that it holds."""
    return all(hasattr(source, name) for name in ("dataset", "batch_size", "__iter__"))


def open_object(source: Any, request: Request) -> Images:
    """Return the images of one pass, channels moved last, with the classes of the dataset if it has any."""
    where = f"the {type(source).__name__}"
    length = length_of(source)
    check_bounded(length, where, request)
    # With a sampler of batches, batch_size is None; without either, items are handed on as they are.
    automatic = source.batch_size is not None or getattr(source, "batch_sampler", None) is not None
    batched = True if automatic else None
    images = collect(islice(iter(source), length), where, request, dataset_classes(source.dataset), batched)
    return images.with_notes(*torch_draw(source))


def is_stream(source: Any) -> bool:
    """Return whether an object is an IterableDataset, which inherits a way to take items by number that only fails."""
    return any(kind.__name__ == "IterableDataset" for kind in type(source).__mro__)


def dataset_classes(dataset: Any) -> Sequence[str] | None:
    """Return the ``classes`` of a dataset, as torchvision calls them, also of a Subset, or None."""
    for _ in range(8):
        classes = getattr(dataset, "classes", None)
        if isinstance(classes, list | tuple) and classes and all(isinstance(name, str) for name in classes):
            return classes
        dataset = getattr(dataset, "dataset", None)
    return None
