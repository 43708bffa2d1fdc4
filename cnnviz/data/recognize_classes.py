"""Class names of a set without any: given by the caller, recognized, or numbers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePath

import numpy as np

from cnnviz.core.errors import DataError

from .bundled_sample import read_sample
from .class_names import FASHION_MNIST, class_numbers
from .label_arrays import LabelArray
from .paths import shown

#: SHA-256 of the labels, one byte each, of Fashion-MNIST's training and test set.
_FASHION_LABELS = {
    60000: "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
    10000: "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
}


def class_names_for(
    image: tuple[int, int, int],
    parts: Callable[[], Iterable[np.ndarray]],
    held: LabelArray,
    given: Sequence[str] | None,
    source: str,
) -> tuple[str, ...]:
    """Return the class names of a set: those given, Fashion-MNIST's if it is recognized, or "0" to "9" and beyond.

    ``image`` is the shape of an image, and ``parts`` walks through the images, some at a time, where they must be seen.
    () for a set without labels, and for numbers without names. DataError for fewer names than classes, and another
    number of names than there are labels or numbers per image.
    """
    labels = held.classes
    if held.rows is not None:
        return _names_of_rows(held.rows, given, source)
    highest = int(labels.max()) if labels is not None and len(labels) else -1
    if given is not None:
        names = tuple(str(name) for name in given)
        if highest >= len(names):
            raise DataError(f"{shown(source)} has labels up to {highest} but only {len(names)} class names were given")
        return names
    if labels is None:
        return ()
    if _is_fashion_mnist(image, parts, labels, source):
        return FASHION_MNIST
    return class_numbers(max(highest + 1, 10, held.least))


def _names_of_rows(rows: np.ndarray, given: Sequence[str] | None, source: str) -> tuple[str, ...]:
    width = rows.shape[1]
    if given is None:
        return class_numbers(width) if rows.dtype == bool else ()
    if len(given) != width:
        what = "labels" if rows.dtype == bool else "numbers"
        raise DataError(f"{shown(source)} has {width} {what} per image but {len(given)} class names were given")
    return tuple(str(name) for name in given)


def _is_fashion_mnist(
    image: tuple[int, int, int], parts: Callable[[], Iterable[np.ndarray]], labels: np.ndarray, source: str
) -> bool:
    """Return whether a set is Fashion-MNIST: by the file's name, by all its labels, or by an image of the sample.

    Images of the bundled sample identify it in any order, and in most parts, such as Kaggle's own split.
    """
    if image[:2] != (28, 28) or not len(labels) or labels.min() < 0 or labels.max() > 9:
        return False
    if re.search(r"fashion.?mnist|fmnist", " ".join(PurePath(source).parts[-2:]).lower()):
        return True
    if _FASHION_LABELS.get(len(labels)) == hashlib.sha256(labels.astype(np.uint8).tobytes()).hexdigest():
        return True
    if image[2] != 1:
        return False
    sample = read_sample()
    assert sample.labels is not None
    known = {one.tobytes(): int(label) for one, label in zip(sample.pixels, sample.labels, strict=True)}
    start = 0
    for part in parts():
        if part.dtype != np.uint8:
            return False
        here = labels[start : start + len(part)].tolist()
        if any(known.get(one.tobytes()) == label for one, label in zip(part, here, strict=True)):
            return True
        start += len(part)
    return False
