"""Sums over pictures, class by class, in one pass: parts of a set are tallied apart and merged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.core.errors import DataError

#: Grey levels that pixels are counted in.
LEVELS = 256
#: Pictures whose sums stay exact in 32 bits, so that the fast product of matrices loses nothing: 257 · 255² < 2²⁴.
EXACT = 257
#: Pictures that are in hand at once.
AT_ONCE = 4096


@dataclass(eq=False)
class Tally:
    """Counts and sums of pictures (h, w, c) by class; without labels all are of one class.

    ``counts`` (k,) are pictures, ``sums`` and ``squares`` (k, h, w, c) of their pixels in 64 bits, exact for bytes.
    ``levels`` (k, 256) are how many pixels are of each grey level: bytes as they are, floats in equal steps from 0 to
    ``peak``, those outside counted in the first or the last. ``lowest`` and ``highest`` are over all pixels.
    ``darkest_maximum`` and ``lightest_minimum`` are (value, position): the lowest of the pictures' highest pixels, and
    the highest of their lowest. ``constant`` are the positions of pictures with one value alone.
    """

    shape: tuple[int, int, int]
    peak: float
    counts: np.ndarray
    sums: np.ndarray
    squares: np.ndarray
    levels: np.ndarray
    lowest: float = np.inf
    highest: float = -np.inf
    darkest_maximum: tuple[float, int] = (np.inf, -1)
    lightest_minimum: tuple[float, int] = (-np.inf, -1)
    constant: tuple[int, ...] = ()
    seen: int = 0

    @classmethod
    def empty(cls, shape: tuple[int, int, int], classes: int, peak: float = 255.0) -> Tally:
        """Return the tally of no pictures."""
        return cls(
            shape,
            peak,
            np.zeros(classes, np.int64),
            np.zeros((classes, *shape)),
            np.zeros((classes, *shape)),
            np.zeros((classes, LEVELS), np.int64),
        )

    def add(self, pixels: np.ndarray, labels: np.ndarray | None = None) -> None:
        """Take in pictures (n, h, w, c) with their classes (n,); positions go on counting from what was seen before."""
        if pixels.shape[1:] != self.shape:
            raise DataError(f"pictures of {pixels.shape[1:]} cannot be tallied with pictures of {self.shape}")
        for start in range(0, len(pixels), AT_ONCE):
            part = pixels[start : start + AT_ONCE]
            classes = np.zeros(len(part), np.int64) if labels is None else labels[start : start + AT_ONCE]
            self._add(part, classes)

    def merge(self, other: Tally) -> None:
        """Take in another tally, of the pictures that follow these."""
        if (other.shape, other.peak, len(other.counts)) != (self.shape, self.peak, len(self.counts)):
            raise DataError("only tallies of the same size, range and classes can be merged")
        self.counts += other.counts
        self.sums += other.sums
        self.squares += other.squares
        self.levels += other.levels
        self.lowest = min(self.lowest, other.lowest)
        self.highest = max(self.highest, other.highest)
        value, position = other.darkest_maximum
        if value < self.darkest_maximum[0]:
            self.darkest_maximum = (value, position + self.seen)
        value, position = other.lightest_minimum
        if value > self.lightest_minimum[0]:
            self.lightest_minimum = (value, position + self.seen)
        self.constant += tuple(position + self.seen for position in other.constant)
        self.seen += other.seen

    def _add(self, part: np.ndarray, classes: np.ndarray) -> None:
        rows = part.reshape(len(part), -1)
        self._count_levels(rows, classes)
        exact = part.dtype == np.uint8
        for start in range(0, len(rows), EXACT):
            some, owner = rows[start : start + EXACT], classes[start : start + EXACT]
            values = some.astype(np.float32 if exact else np.float64)
            members = (owner == np.arange(len(self.counts))[:, None]).astype(values.dtype)
            self.sums += (members @ values).reshape(self.sums.shape)
            self.squares += (members @ np.square(values)).reshape(self.squares.shape)
        self.counts += np.bincount(classes, minlength=len(self.counts))
        low, high = rows.min(axis=1), rows.max(axis=1)
        self.lowest, self.highest = min(self.lowest, float(low.min())), max(self.highest, float(high.max()))
        dark, light = int(high.argmin()), int(low.argmax())
        if high[dark] < self.darkest_maximum[0]:
            self.darkest_maximum = (float(high[dark]), self.seen + dark)
        if low[light] > self.lightest_minimum[0]:
            self.lightest_minimum = (float(low[light]), self.seen + light)
        self.constant += tuple((np.flatnonzero(low == high) + self.seen).tolist())
        self.seen += len(rows)

    def _count_levels(self, rows: np.ndarray, classes: np.ndarray) -> None:
        if rows.dtype != np.uint8:
            rows = np.clip(rows * (LEVELS / self.peak), 0, LEVELS - 1).astype(np.uint8)
        order = np.argsort(classes, kind="stable")
        ends = np.searchsorted(classes[order], np.arange(len(self.counts) + 1))
        for one in np.flatnonzero(np.diff(ends)).tolist():
            own = rows[order[ends[one] : ends[one + 1]]]
            self.levels[one] += np.bincount(own.ravel(), minlength=LEVELS)
