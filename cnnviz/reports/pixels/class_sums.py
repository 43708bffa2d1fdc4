"""Sums over images, class by class, in one pass; tallies of parts can be merged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.core.errors import DataError

#: Gray levels of the histogram.
LEVELS = 256
#: Images processed at once: the squares of so many bytes add up to less than 2³² (at most 66,051 · 255²).
AT_ONCE = 4096


@dataclass(eq=False)
class Tally:
    """Counts and sums of images (h, w, c) by class; without labels all images are of one class.

    ``counts`` (k,) are numbers of images, ``sums`` and ``squares`` (k, h, w, c) are over their pixels, in 64 bits,
    exact for bytes. ``levels`` (k, 256) count the pixels of each gray level: bytes as they are, floats in equal steps
    from 0 to ``peak``, with those outside counted in the first or the last. ``lowest`` and ``highest`` are over all
    pixels. ``darkest_maximum`` and ``lightest_minimum`` are (value, position): the lowest of the images' highest
    pixels, and the highest of their lowest. ``constant`` are the positions of images with a single value.
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
        """Return a tally of no images."""
        return cls(
            shape,
            peak,
            np.zeros(classes, np.int64),
            np.zeros((classes, *shape)),
            np.zeros((classes, *shape)),
            np.zeros((classes, LEVELS), np.int64),
        )

    def add(self, pixels: np.ndarray, labels: np.ndarray | None = None) -> None:
        """Add images (n, h, w, c) with their classes (n,); positions continue from the images added before."""
        if pixels.shape[1:] != self.shape:
            raise DataError(f"images of {pixels.shape[1:]} cannot be tallied with images of {self.shape}")
        for start in range(0, len(pixels), AT_ONCE):
            part = pixels[start : start + AT_ONCE]
            classes = np.zeros(len(part), np.int64) if labels is None else labels[start : start + AT_ONCE]
            self._add(part, classes)

    def grow(self, classes: int) -> None:
        """Make room for further classes, without images so far."""
        more = classes - len(self.counts)
        if more > 0:
            for name in ("counts", "sums", "squares", "levels"):
                held = getattr(self, name)
                setattr(self, name, np.concatenate([held, np.zeros((more, *held.shape[1:]), held.dtype)]))

    def merge(self, other: Tally) -> None:
        """Add another tally, whose images follow these."""
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
        order = np.argsort(classes, kind="stable")
        ends = np.searchsorted(classes[order], np.arange(len(self.counts) + 1))
        for one in np.flatnonzero(np.diff(ends)).tolist():
            own = rows[order[ends[one] : ends[one + 1]]]
            total, square = _sums(own)
            self.sums[one] += total.reshape(self.shape)
            self.squares[one] += square.reshape(self.shape)
            self.levels[one] += _levels(own, self.peak)
        self.counts += np.diff(ends)
        low, high = rows.min(axis=1), rows.max(axis=1)
        self.lowest, self.highest = min(self.lowest, float(low.min())), max(self.highest, float(high.max()))
        dark, light = int(high.argmin()), int(low.argmax())
        if high[dark] < self.darkest_maximum[0]:
            self.darkest_maximum = (float(high[dark]), self.seen + dark)
        if low[light] > self.lightest_minimum[0]:
            self.lightest_minimum = (float(low[light]), self.seen + light)
        self.constant += tuple((np.flatnonzero(low == high) + self.seen).tolist())
        self.seen += len(rows)


def _sums(own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums of pixels and of their squares over up to AT_ONCE images, (h·w·c,) each; exact for bytes."""
    if own.dtype != np.uint8:
        wide = own.astype(np.float64)
        return wide.sum(axis=0), np.square(wide).sum(axis=0)
    return own.sum(axis=0, dtype=np.uint32), np.square(own, dtype=np.uint16).sum(axis=0, dtype=np.uint32)


def _levels(own: np.ndarray, peak: float) -> np.ndarray:
    """Return the number of pixels of each of the 256 levels."""
    if own.dtype != np.uint8:
        own = np.clip(own * (LEVELS / peak), 0, LEVELS - 1).astype(np.uint8)
    flat = own.ravel()
    if flat.size % 2 or flat.size < LEVELS**2:
        return np.bincount(flat, minlength=LEVELS)
    # Pairs of pixels are counted as one 16-bit number, which takes half the time.
    both = np.bincount(flat.view(np.uint16), minlength=LEVELS**2).reshape(LEVELS, LEVELS)
    return np.asarray(both.sum(axis=0) + both.sum(axis=1))
