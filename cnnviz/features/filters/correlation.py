"""How alike channels answer over a set of pictures that comes in batches."""

from __future__ import annotations

import numpy as np


class Correlations:
    """Pearson's correlation of every two channels' mean responses, by sums over all pictures."""

    def __init__(self, channels: int) -> None:
        self._origin: np.ndarray | None = None
        self._count = 0
        self._sums = np.zeros(channels)
        self._products = np.zeros((channels, channels))

    def add(self, means: np.ndarray) -> None:
        """Take in the mean response of each channel to some pictures, float64 (n, channels)."""
        if self._origin is None:
            # Counted from the first batch's mean, sums of squares do not swamp the differences.
            self._origin = means.mean(axis=0)
        away = means - self._origin
        self._count += len(away)
        self._sums += away.sum(axis=0)
        self._products += away.T @ away

    def whole(self) -> np.ndarray:
        """Return the correlations, float64 (channels, channels), NaN where a channel's mean never changes."""
        covariances = self._products - np.outer(self._sums, self._sums) / max(1, self._count)
        variances = covariances.diagonal()
        # What is below rounding is no change.
        changing = variances > 1e-12 * np.maximum(self._products.diagonal(), np.finfo(float).tiny)
        with np.errstate(invalid="ignore", divide="ignore"):
            spread = np.where(changing, np.sqrt(variances), np.nan)
            return np.clip(covariances / np.outer(spread, spread), -1, 1)
