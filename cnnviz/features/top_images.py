"""The images that activate each channel most or least, over batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from cnnviz.core.declared_arrays import floats, integers


@dataclass(frozen=True, eq=False)
class TopImages:
    """The k images that activate each channel most, or least, in this order; ties in image order.

    All are (channels, k): ``positions`` int64 in the set, ``cells`` int32, the row-major index of the cell with the
    highest value, and ``values`` float32, that value.
    """

    positions: Annotated[np.ndarray, integers("channels", "k", below="n")]
    cells: Annotated[np.ndarray, integers("channels", "k")]
    values: Annotated[np.ndarray, floats("channels", "k")]


class TopImagesAccumulator:
    """Keeps the ``count`` highest values of each channel, or the lowest; batches must be in the order of the set."""

    def __init__(self, channels: int, count: int, lowest: bool = False) -> None:
        # The lowest values are the highest of the negatives.
        self._sign = np.float32(-1 if lowest else 1)
        self._keys = np.full((channels, count), -np.inf, np.float32)
        self._positions = np.full((channels, count), -1, np.int64)
        self._cells = np.zeros((channels, count), np.int32)

    def add(self, start: int, cells: np.ndarray, values: np.ndarray) -> None:
        """Add finite values (images, channels) of the images from ``start`` on, and the cells of these values."""
        keys = self._sign * values
        # Only values above the last one kept matter, which are rare late in a long set.
        changed = np.flatnonzero(keys.max(axis=0) > self._keys[:, -1])
        count = self._keys.shape[1]
        both = np.concatenate([self._keys[changed], keys[:, changed].T], axis=1)
        # A stable sort keeps ties in order, and the values kept are of earlier images.
        order = np.argsort(-both, axis=1, kind="stable")[:, :count]
        positions = np.broadcast_to(np.arange(start, start + len(values)), (len(changed), len(values)))
        self._keys[changed] = np.take_along_axis(both, order, axis=1)
        for held, new in ((self._positions, positions), (self._cells, cells[:, changed].T)):
            held[changed] = np.take_along_axis(np.concatenate([held[changed], new], axis=1), order, axis=1)

    def top_images(self) -> TopImages:
        """Return the ranked images: ``count`` of them, or fewer if there were fewer images."""
        kept = int((self._positions >= 0).sum(axis=1).min(initial=self._positions.shape[1]))
        return TopImages(self._positions[:, :kept], self._cells[:, :kept], self._sign * self._keys[:, :kept])
