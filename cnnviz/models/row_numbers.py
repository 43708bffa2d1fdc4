"""Which row of a further input goes with each image: that of its number in its set."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cnnviz.core.errors import DataError, UsageError
from cnnviz.data.images import Images


def row_numbers(tables: Mapping[str, np.ndarray], images: Images | np.ndarray) -> np.ndarray | None:
    """Return the number of the row of each image, int64 (n,), or None without tables or for bare inputs.

    An image keeps its row in any part of its set, and in its copies. DataError if the set has another number of images
    than a table has rows.
    """
    if not tables or not isinstance(images, Images):
        return None
    numbers = images.indices
    assert numbers is not None
    for name, rows in tables.items():
        outside = len(numbers) and not 0 <= int(numbers.min()) <= int(numbers.max()) < len(rows)
        if images.whole != len(rows) or outside:
            raise DataError(
                f"the input {name!r} has {len(rows):,} rows, but {images.source} has {images.whole:,} images: give one "
                f"for each, or their mean for all: --input {name}=mean:FILE.npy, in Python rows.mean(axis=0)"
            )
    return numbers


def notes_on_rows(tables: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    """Return a note for each input that has a row for each image."""
    return tuple(f"each with its own of the {len(rows):,} rows of the input {name!r}" for name, rows in tables.items())


def refuse_rows(tables: Mapping[str, np.ndarray], what: str) -> None:
    """Raise UsageError for ``what``, which feeds every image with the same further inputs."""
    for name in tables:
        raise UsageError(
            f"{what} takes one value of the input {name!r} for all images, not a row for each: give their mean, "
            f"--input {name}=mean:FILE.npy, in Python rows.mean(axis=0)"
        )
