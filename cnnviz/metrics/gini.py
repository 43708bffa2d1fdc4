"""Gini index: how unequally a map is spread over the pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .explained import Explained
from .metric import METRICS, Measured, Metric


@METRICS.enter("gini")
@dataclass(frozen=True)
class Gini(Metric):
    """The Gini index of the map's magnitudes: 0 if all pixels are equal, near 1 if one has everything.

    NaN for a map of zeros.
    """

    title = "Gini index"
    paper = "Chalasani et al. 2020, arXiv:1810.06583"
    unit = "index"
    better = "high"
    asks = "simple"

    def __call__(self, case: Explained) -> Measured:
        """G = Σ_i (2 i − d − 1) |φ|_(i) / (d Σ|φ|), magnitudes in rising order."""
        values = np.sort(np.abs(case.maps.reshape(len(case), -1).astype(np.float64)), axis=1)
        count, whole = values.shape[1], values.sum(axis=1)
        weighted = values @ (2 * np.arange(1, count + 1) - count - 1)
        return Measured(np.where(whole > 0, weighted / (count * np.where(whole > 0, whole, 1.0)), np.nan))
