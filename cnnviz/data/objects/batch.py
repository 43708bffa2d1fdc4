"""A batch of a dataset: a dictionary of images and labels, or a list of arrays as PyTorch's DataLoader gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..images import Images
from .collect import collect
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object is a dictionary, or holds a stack of images and what belongs to each.

    (images, labels) as a tuple are for open_images, which refuses labels that are of no class.
    """
    if isinstance(source, Mapping):
        return bool(source)
    if not isinstance(source, list | tuple) or not source or (isinstance(source, tuple) and len(source) == 2):
        return False
    shapes = [tuple(getattr(item, "shape", ())) for item in source]
    return len(shapes[0]) == 4 and all(len(one) in (1, 2) and one[0] == shapes[0][0] for one in shapes[1:])


def open_object(source: Any, request: Request) -> Images:
    """Return the images of the batch."""
    if isinstance(source, Mapping):
        return collect([source], "the dictionary", request)
    return collect([source], "the batch", request, batched=True)
