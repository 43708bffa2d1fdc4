"""Histograms of many channels in one pass, without a known range.

The bin width is the smallest power of two with which BINS bins cover all values so far, and edges are its multiples, so
zero is always an edge. When values exceed the range, pairs of bins are merged. Counts stay exact and depend on the
values alone: any split into batches gives the same histogram.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from cnnviz.core.declared_arrays import floats, integers

#: Bins per channel; more than half of them are used unless all values are equal.
BINS = 32
#: The spacing of the smallest float32 numbers, as a power of two.
_FINEST = -149


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts int64 (channels, BINS); bin i of a channel holds values from ``start + i·width`` up to the next edge.

    ``start`` and ``width`` are float64 (channels,), and the value at an edge belongs to the bin above it.
    """

    start: Annotated[np.ndarray, floats("channels")]
    width: Annotated[np.ndarray, floats("channels")]
    counts: Annotated[np.ndarray, integers("channels", "bins")]


class HistogramAccumulator:
    """Accumulates the histograms of ``channels`` over batches."""

    def __init__(self, channels: int) -> None:
        self._low = np.full(channels, np.inf)
        self._high = np.full(channels, -np.inf)
        self._exponent = np.full(channels, _FINEST)
        self._first = np.zeros(channels)
        self._counts = np.zeros((channels, BINS), np.int64)

    def add(self, values: np.ndarray) -> None:
        """Count finite float32 values (n, channels)."""
        if not len(values):
            return
        values = values.astype(np.float64)
        self._low = np.minimum(self._low, values.min(axis=0))
        self._high = np.maximum(self._high, values.max(axis=0))
        self._regrid()
        channels = np.arange(len(self._low))
        bins = np.floor(np.ldexp(values, -self._exponent)) - self._first
        places = (channels * BINS + bins).astype(np.int64).ravel()
        self._counts += np.bincount(places, minlength=self._counts.size).reshape(self._counts.shape)

    def _regrid(self) -> None:
        """Widen the grid to cover all values, and move the counts to it."""
        exponent = _exponents(self._low, self._high)
        first = np.floor(np.ldexp(self._low, -exponent))
        moved = np.flatnonzero((exponent != self._exponent) | (first != self._first))
        rows, bins = np.nonzero(self._counts[moved])
        channels = moved[rows]
        edges = np.ldexp(self._first[channels] + bins, self._exponent[channels] - exponent[channels])
        counts = self._counts[channels, bins]
        self._counts[moved] = 0
        np.add.at(self._counts, (channels, (np.floor(edges) - first[channels]).astype(np.int64)), counts)
        self._exponent, self._first = exponent, first

    def histogram(self) -> Histogram:
        """Return the histogram of all values added."""
        width = np.ldexp(1.0, self._exponent)
        return Histogram(self._first * width, width, self._counts.copy())


def _exponents(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the least power of two with which BINS bins reach from the lowest value to the highest."""
    # Half of the starting width would certainly need more than BINS bins.
    exponent = np.maximum(np.frexp((high - low) / (BINS + 1))[1].astype(np.int64) - 1, _FINEST)
    exponent[high == low] = _FINEST
    while True:
        reach = np.floor(np.ldexp(high, -exponent)) - np.floor(np.ldexp(low, -exponent))
        if (reach < BINS).all():
            return exponent
        exponent = exponent + (reach >= BINS)
