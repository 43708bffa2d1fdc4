"""Lengths of things that may have none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnviz.core.errors import DataError

from ..formats.limits import WITH_LIMIT
from .request import Request


def length_of(source: Any) -> int | None:
    """Return the number of elements, or None for a source that does not know it or has no end."""
    try:
        return len(source)
    except Exception:  # a custom __len__ may raise anything
        return None


def check_bounded(length: int | None, where: str, request: Request) -> None:
    """Raise DataError for a source without a length, unless a limit is given."""
    if length is None and request.limit is None:
        raise DataError(f"{where} does not say how many images it has and may have no end; set a limit: {WITH_LIMIT}")


def refuse_endless(where: str, request: Request, take: str) -> None:
    """Raise DataError for a source without an end, unless a limit is given; ``take`` is its own way to cut it."""
    if request.limit is None:
        raise DataError(f"{where} has no end; give {take}, or set a limit: {WITH_LIMIT}")


def is_one_value(source: Any) -> bool:
    """Return whether an object is no series of images but one value: an array or its memory, a list, a dict, text."""
    kinds = (str, bytes, bytearray, memoryview, list, tuple, range, Mapping)
    return isinstance(source, kinds) or hasattr(source, "__array__")
