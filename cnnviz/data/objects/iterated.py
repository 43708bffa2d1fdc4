"""Generators and other iterators of images or batches; one without a length is read up to a limit only."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path
from typing import Any

from cnnviz.core.errors import DataError

from ..image_list import ImageList
from ..images import Images
from .collect import collect
from .lengths import check_bounded, is_one_value, length_of
from .path_list import open_paths
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object can only be iterated."""
    return not is_one_value(source) and isinstance(source, Iterable)


def open_object(source: Any, request: Request) -> Images | ImageList:
    """Return the images of one pass, or the image files that it names."""
    where = f"the {type(source).__name__}"
    length = length_of(source)
    check_bounded(length, where, request)
    rest = islice(iter(source), length)
    first = next(rest, None)
    if first is None:
        raise DataError(f"{where} holds no images")
    elements = chain([first], rest)
    if isinstance(first, str | Path):
        return open_paths(list(islice(elements, request.limit)), request)
    return collect(elements, where, request)
