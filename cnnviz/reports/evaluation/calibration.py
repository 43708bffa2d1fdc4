"""Calibration: the reliability diagram and the expected calibration error (Guo et al. 2017)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .bootstrap import LEVEL, exact_ends

#: Confidence bins, as in the paper.
BINS = 15


@dataclass(frozen=True, eq=False)
class Calibration:
    """Images by the confidence of their prediction, in bins of equal width, open at the lower end.

    ``count`` is (bins,); ``confidence`` and ``accuracy`` are means over a bin's images, ``ends`` (2, bins) the exact
    binomial bounds of the accuracy; all NaN for an empty bin.
    """

    count: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray
    ends: np.ndarray

    @property
    def edges(self) -> np.ndarray:
        """The edges of the bins, (bins + 1,), from 0 to 1."""
        return np.linspace(0, 1, len(self.count) + 1)

    @property
    def error(self) -> float:
        """Expected calibration error, equation 3: the mean gap of confidence and accuracy, weighted by images."""
        return float((self.count * self._gap).sum() / self.count.sum())

    @property
    def largest(self) -> float:
        """Maximum calibration error, equation 5: the largest gap of any bin that has images."""
        return float(self._gap.max())

    @property
    def excess(self) -> float:
        """Mean confidence minus accuracy: above 0 the model is overconfident, below 0 underconfident."""
        return float(np.nansum(self.count * (self.confidence - self.accuracy)) / self.count.sum())

    @property
    def _gap(self) -> np.ndarray:
        return np.where(self.count > 0, np.abs(self.confidence - self.accuracy), 0.0)


def calibration(confidence: np.ndarray, right: np.ndarray, bins: int = BINS, level: float = LEVEL) -> Calibration:
    """Sort predictions into bins by their confidence, (n,) in 0…1; ``right`` is (n,) bool."""
    sure = confidence.astype(np.float64)
    at = (np.ceil(sure * bins) - 1).clip(0, bins - 1).astype(np.intp)
    count = np.bincount(at, minlength=bins)
    hits = np.bincount(at, right, bins)
    mean = np.divide(np.bincount(at, sure, bins), count, out=np.full(bins, np.nan), where=count > 0)
    share = np.divide(hits, count, out=np.full(bins, np.nan), where=count > 0)
    return Calibration(count, mean, share, exact_ends(hits, count, level))
