"""Pictures with missing values: how many there are, where, and the set without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cnnviz.core.errors import DataError

from .images import Images


class MissingPixels(DataError):  # noqa: N818 - named for what it carries, beside being an error
    """Some pixels are NaN or infinite, or have no value at all.

    ``values`` says how many, ``pictures`` (m,) int64 in which pictures of the ``total``; ``without`` gives the others,
    as pixels of ``kind``.
    """

    def __init__(self, pixels: np.ndarray, labels: np.ndarray | None, source: str, class_names: Sequence[str]) -> None:
        missing = ~np.isfinite(pixels)
        by_picture = missing.reshape(len(pixels), -1).sum(axis=1)
        self.values = int(by_picture.sum())
        self.pictures = np.flatnonzero(by_picture)
        self.total = len(pixels)
        self.source = source
        self.kind = pixels.dtype
        self._held = pixels, labels, tuple(class_names)
        first = int(self.pictures[0])
        row, column = (int(i) for i in np.argwhere(missing[first])[0][:2])
        count = f"{self.values:,} value{'' if self.values == 1 else 's'} in {len(self.pictures):,} of {self.total:,}"
        super().__init__(
            f"{source}: pixels are missing, NaN or infinite ({count} pictures, the first in picture {first} at row "
            f"{row}, column {column}); clean the data first"
        )

    def without(self) -> Images:
        """Return the pictures that have all their values, numbered as in the whole set; DataError if none has."""
        pixels, labels, names = self._held
        kept = np.setdiff1d(np.arange(self.total), self.pictures)
        if not len(kept):
            raise DataError(
                f"{self.source}: every picture has pixels that are missing, NaN or infinite; clean the data first"
            )
        rest = Images(pixels[kept].astype(self.kind), None if labels is None else labels[kept], names, self.source)
        left = f"left out {len(self.pictures):,} picture{'' if len(self.pictures) == 1 else 's'} with missing values"
        return replace(rest, indices=kept, notes=(left,))
