"""The table of readers: one line per kind of object that images are taken from.

A new kind is one module and its name in READERS. No library is imported to recognize its objects: they are known by
their attributes.
"""

from __future__ import annotations

from typing import Any, Protocol

from ..image_list import ImageList
from ..images import Images
from . import (
    batch,
    file_content,
    huggingface,
    image_sequence,
    indexed,
    iterated,
    keras_batches,
    labeled,
    pandas_column,
    path_array,
    path_list,
    pillow,
    tf_dataset,
    torch_loader,
)
from .request import Request


class ReaderModule(Protocol):
    """The functions of a module that reads one kind of object."""

    def recognizes(self, source: Any) -> bool:
        """Return whether an object is of this kind."""

    def open_object(self, source: Any, request: Request) -> Images | ImageList:
        """Return its images, at most ``request.limit``, or a list of image files; DataError if that cannot be."""


#: Every reader. The first one that recognizes an object opens it, so those that ask for less come last.
READERS: tuple[ReaderModule, ...] = (
    pillow,
    file_content,
    pandas_column,
    path_array,
    path_list,
    labeled,
    image_sequence,
    tf_dataset,
    huggingface,
    batch,
    keras_batches,
    torch_loader,
    indexed,
    iterated,
)


def find_reader(source: Any) -> ReaderModule | None:
    """Return the reader that recognizes an object, or None for arrays and whatever NumPy makes one of."""
    return next((reader for reader in READERS if reader.recognizes(source)), None)
