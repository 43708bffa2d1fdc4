"""The images at one end of each channel's answers, found while batches come in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Ranked:
    """The images that excite each channel most, or least: the first of k comes first, equals in image order.

    All are (channels, k): ``positions`` int64 in the set, ``cells`` int32, the cell of the highest value counted row by
    row, and ``values`` float32, that value.
    """

    positions: np.ndarray
    cells: np.ndarray
    values: np.ndarray


class Ranking:
    """Keeps the ``count`` highest values of each channel, or the lowest; batches come in the order of the set."""

    def __init__(self, channels: int, count: int, lowest: bool = False) -> None:
        # What is lowest is the highest of the negatives.
        self._sign = np.float32(-1 if lowest else 1)
        self._keys = np.full((channels, count), -np.inf, np.float32)
        self._positions = np.full((channels, count), -1, np.int64)
        self._cells = np.zeros((channels, count), np.int32)

    def add(self, start: int, cells: np.ndarray, values: np.ndarray) -> None:
        """Take in finite values (images, channels) of the images from ``start`` on, and the cells they stand in."""
        keys = self._sign * values
        # Only what is above the last one kept can change a channel: late in a long set that is rare.
        changed = np.flatnonzero(keys.max(axis=0) > self._keys[:, -1])
        count = self._keys.shape[1]
        both = np.concatenate([self._keys[changed], keys[:, changed].T], axis=1)
        # A stable sort leaves equals in order, and what was kept is of earlier images.
        order = np.argsort(-both, axis=1, kind="stable")[:, :count]
        positions = np.broadcast_to(np.arange(start, start + len(values)), (len(changed), len(values)))
        self._keys[changed] = np.take_along_axis(both, order, axis=1)
        for held, new in ((self._positions, positions), (self._cells, cells[:, changed].T)):
            held[changed] = np.take_along_axis(np.concatenate([held[changed], new], axis=1), order, axis=1)

    def whole(self) -> Ranked:
        """Return what was found: as many as there were images, where these are fewer than ``count``."""
        kept = int((self._positions >= 0).sum(axis=1).min(initial=self._positions.shape[1]))
        return Ranked(self._positions[:, :kept], self._cells[:, :kept], self._sign * self._keys[:, :kept])
