"""The error for missing pixel values, which can also return the images without any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cnnviz.core.errors import DataError

from .images import Images


class MissingPixels(DataError):  # noqa: N818 - named for what it carries, beside being an error
    """Some pixels are missing, NaN or infinite.

    ``values`` is the number of such values, ``pictures`` (m,) int64 the positions of the images that have them, among
    ``total`` images. ``without`` returns the others, with pixels of dtype ``kind``.
    """

    def __init__(
        self,
        pixels: np.ndarray,
        labels: np.ndarray | None,
        source: str,
        class_names: Sequence[str],
        label_rows: np.ndarray | None = None,
    ) -> None:
        missing = ~np.isfinite(pixels)
        by_image = missing.reshape(len(pixels), -1).sum(axis=1)
        self.values = int(by_image.sum())
        self.pictures = np.flatnonzero(by_image)
        self.total = len(pixels)
        self.source = source
        self.kind = pixels.dtype
        self._held = pixels, labels, label_rows, tuple(class_names)
        first = int(self.pictures[0])
        row, column = (int(i) for i in np.argwhere(missing[first])[0][:2])
        count = f"{self.values:,} value{'' if self.values == 1 else 's'} in {len(self.pictures):,} of {self.total:,}"
        super().__init__(
            f"{source}: pixels are missing, NaN or infinite ({count} images, the first in image {first} at row "
            f"{row}, column {column}); clean the data first"
        )

    def without(self) -> Images:
        """Return the images without missing values, ``indices`` counting in the whole set; DataError if none is."""
        pixels, labels, rows, names = self._held
        kept = np.setdiff1d(np.arange(self.total), self.pictures)
        if not len(kept):
            raise DataError(
                f"{self.source}: every image has pixels that are missing, NaN or infinite; clean the data first"
            )
        rest = Images(
            pixels[kept].astype(self.kind),
            None if labels is None else labels[kept],
            names,
            self.source,
            label_rows=None if rows is None else rows[kept],
            whole=self.total,
        )
        left = f"left out {len(self.pictures):,} image{'' if len(self.pictures) == 1 else 's'} with missing values"
        return replace(rest, indices=kept, notes=(left,))
