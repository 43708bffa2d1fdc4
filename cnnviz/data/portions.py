"""Large arrays of images, walked through in portions, so that what is made of one never doubles the memory."""

from __future__ import annotations

import math
import mmap
from collections.abc import Iterator

import numpy as np

#: Bytes of a portion, but for a single image that is larger.
PORTION_BYTES = 2**24


def rows_of(shape: tuple[int, ...], item_bytes: int) -> int:
    """Return the number of rows (along the first axis) of a portion of an array."""
    return max(1, PORTION_BYTES // max(1, item_bytes * math.prod(shape[1:])))


def portions(array: np.ndarray) -> Iterator[np.ndarray]:
    """Yield views of an array, so many rows at a time; of one that lies on disk, none stays in memory."""
    step = rows_of(array.shape, array.itemsize)
    file = _mapping(array)
    for start in range(0, len(array), step):
        yield array[start : start + step]
        if file is not None and hasattr(mmap, "MADV_DONTNEED"):
            # Until memory is short the system would keep all pages that were read, and count them as this process's.
            file.madvise(mmap.MADV_DONTNEED)


def _mapping(array: np.ndarray) -> mmap.mmap | None:
    """Return the file that an array lies in, None for one in memory, or one that may be written to."""
    held: object = array
    while isinstance(held, np.ndarray | memoryview):
        held = held.base if isinstance(held, np.ndarray) else held.obj
    return held if isinstance(held, mmap.mmap) and not array.flags.writeable else None


def all_finite(array: np.ndarray) -> bool:
    """Whether no value is NaN or infinite."""
    return all(bool(np.isfinite(part).all()) for part in portions(array))
