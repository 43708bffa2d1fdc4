"""A batch as a dictionary of images and labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..images import Images
from .collect import collect
from .elements import IMAGE_KEYS
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object is a dictionary with images."""
    return isinstance(source, Mapping) and any(key in source for key in IMAGE_KEYS)


def open_object(source: Any, request: Request) -> Images:
    """Return the images of the batch."""
    return collect([source], "the dictionary", request)
