"""Datasets of Hugging Face: their column of images, and that of labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from cnnviz.core.errors import DataError

from ..images import Images
from .collect import collect
from .elements import IMAGE_KEYS, LABEL_KEYS
from .lengths import check_bounded, length_of
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object has columns with features, or is a dictionary of such splits."""
    if isinstance(source, dict):
        return bool(source) and all(recognizes(part) for part in source.values())
    return hasattr(source, "features") and hasattr(source, "column_names")


def open_object(source: Any, request: Request) -> Images:
    """Return the images of a dataset, with the names of its ClassLabel; DataError for several splits."""
    if isinstance(source, dict):
        splits = ", ".join(map(repr, source))
        raise DataError(
            f"this is a dictionary of splits, {splits}; give one of them, such as data[{next(iter(source))!r}]"
        )
    where = "the Hugging Face dataset"
    features: Mapping[str, Any] = source.features or dict.fromkeys(source.column_names or ())
    image = _column(features, "Image", IMAGE_KEYS)
    label = _column(features, "ClassLabel", LABEL_KEYS)
    if image is None and features:
        columns = ", ".join(features)
        raise DataError(f"{where} has no column of images, only {columns}; rename the one to take to image")
    length = length_of(source)
    check_bounded(length, where, request)
    names = getattr(features.get(label), "names", None) if label else None
    rows = iter(source) if length is None else (source[i] for i in range(length))
    limited = islice(rows, request.limit)
    images = collect(_elements(limited, image or "image", label), where, request, names, batched=False)
    left = [*_others(features, "Image", image, "images of"), *_others(features, "ClassLabel", label, "labeled by")]
    return images.with_notes(*left) if left else images


def _others(features: Mapping[str, Any], kind: str, taken: str | None, how: str) -> tuple[str, ...]:
    """Return a note on the columns of the same kind that are left out."""
    others = [repr(name) for name, feature in features.items() if type(feature).__name__ == kind and name != taken]
    if not others:
        return ()
    return (f"{how} the column {taken!r}; remove it for {' or '.join(others)}",)


def _column(features: Mapping[str, Any], kind: str, names: tuple[str, ...]) -> str | None:
    typed = [name for name, feature in features.items() if type(feature).__name__ == kind]
    return next(iter([*typed, *(name for name in names if name in features)]), None)


def _elements(rows: Iterator[Mapping[str, Any]], image: str, label: str | None) -> Iterator[Any]:
    for row in rows:
        if image not in row:
            yield row  # of a transform, which may call its columns otherwise
        else:
            yield (row[image], row[label]) if label is not None and label in row else (row[image],)
