"""Correlation of channels' responses over batches of images."""

from __future__ import annotations

import numpy as np

from cnnviz.features.covariance import CovarianceAccumulator


class CorrelationAccumulator:
    """Accumulates Pearson's correlation of every two channels' mean responses."""

    def __init__(self, channels: int) -> None:
        self._scatter = CovarianceAccumulator(channels)

    def add(self, means: np.ndarray) -> None:
        """Add the mean response of each channel to some images, float64 (n, channels)."""
        self._scatter.add(means)

    def correlations(self) -> np.ndarray:
        """Return the correlations, float64 (channels, channels), NaN where a channel's mean never changes."""
        covariances = self._scatter.scatter_matrix()
        variances = covariances.diagonal()
        # Variances below rounding count as zero.
        changing = variances > 1e-12 * np.maximum(self._scatter.products.diagonal(), np.finfo(float).tiny)
        with np.errstate(invalid="ignore", divide="ignore"):
            spread = np.where(changing, np.sqrt(variances), np.nan)
            return np.clip(covariances / np.outer(spread, spread), -1, 1)
