"""Covariance of channels over batches of images."""

from __future__ import annotations

import numpy as np


class CovarianceAccumulator:
    """Accumulates the products of every two channels' values over all images, in float64.

    ``count`` is the number of images; ``products`` (channels, channels) are of deviations from the first batch's mean.
    """

    def __init__(self, channels: int) -> None:
        self.count = 0
        self.products = np.zeros((channels, channels))
        self._origin: np.ndarray | None = None
        self._sums = np.zeros(channels)

    def add(self, values: np.ndarray) -> None:
        """Add one value of each channel for some images, float64 (n, channels)."""
        if self._origin is None:
            # Deviations from the first batch's mean avoid cancellation in the sums of squares.
            self._origin = values.mean(axis=0)
        away = values - self._origin
        self.count += len(away)
        self._sums += away.sum(axis=0)
        self.products += away.T @ away

    def scatter_matrix(self) -> np.ndarray:
        """Return the covariance matrix times the number of images, float64 (channels, channels)."""
        return np.asarray(self.products - np.outer(self._sums, self._sums) / max(1, self.count))
