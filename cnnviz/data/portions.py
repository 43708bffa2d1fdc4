"""Large arrays of images, walked through in portions, so that what is made of one never doubles the memory."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

#: Bytes of a portion, but for a single image that is larger.
PORTION_BYTES = 2**24


def rows_of(shape: tuple[int, ...], item_bytes: int) -> int:
    """Return the number of rows (along the first axis) of a portion of an array."""
    return max(1, PORTION_BYTES // max(1, item_bytes * math.prod(shape[1:])))


def portions(array: np.ndarray) -> Iterator[np.ndarray]:
    """Yield views of an array, so many rows at a time."""
    step = rows_of(array.shape, array.itemsize)
    for start in range(0, len(array), step):
        yield array[start : start + step]


def all_finite(array: np.ndarray) -> bool:
    """Whether no value is NaN or infinite."""
    return all(bool(np.isfinite(part).all()) for part in portions(array))
