"""(images, labels) where the images are no array: paths, a column, or a list of images."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from cnnviz.core.errors import DataError

from ..class_names import class_numbers
from ..image_list import ImageList
from ..images import Images
from . import image_sequence, pandas_column, path_array, path_list
from .collect import labels_of
from .elements import array_or_none
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object is such a pair."""
    if not isinstance(source, tuple) or len(source) != 2:
        return False
    images, labels = source
    given = array_or_none(labels)
    return given is not None and given.ndim in (1, 2) and _reader(images) is not None


def open_object(source: Any, request: Request) -> Images | ImageList:
    """Return the images with their labels: class numbers, one-hot rows, or words."""
    images, labels = source
    where = "the images"
    found = _reader(images).open_object(images, replace(request, limit=None))
    count = len(found.paths) if isinstance(found, ImageList) else len(found)
    given = array_or_none(labels)
    assert given is not None
    if len(given) != count:
        raise DataError(f"{count} images but {len(given)} labels; they must match one to one")
    held, names, notes = labels_of(
        [given], where, request.class_names, request.like is not None and request.like.numbers
    )
    if held is None:
        return (
            found._replace(notes=(*found.notes, *notes)) if isinstance(found, ImageList) else found.with_notes(*notes)
        )
    if names is None and held.classes is not None:
        names = class_numbers(max(10, held.least, int(np.max(held.classes, initial=0)) + 1))
    elif names is None and held.rows is not None and held.rows.dtype == bool:
        names = class_numbers(held.rows.shape[1])
    if isinstance(found, ImageList):
        found = found._replace(notes=(*found.notes, *held.notes))
        return found._replace(labels=held.classes, label_rows=held.rows, class_names=tuple(names or ()))
    named = replace(found, labels=held.classes, label_rows=held.rows, class_names=tuple(names or ()))
    return named.with_notes(*held.notes)


def _reader(images: Any) -> Any:
    """Return the reader of a list of paths, an array of them, a column or a list of images, or None."""
    readers = (pandas_column, path_array, path_list, image_sequence)
    return next((reader for reader in readers if reader.recognizes(images)), None)
