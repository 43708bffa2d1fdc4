"""Entropy: over how many pixels a map is spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .explained import Explained
from .metric import METRICS, Measured, Metric


@METRICS.enter("entropy")
@dataclass(frozen=True)
class Entropy(Metric):
    """The entropy of the map's magnitudes as shares, in nats: 0 for one pixel, ln(pixels) if all are equal.

    NaN for a map of zeros.
    """

    title = "Entropy"
    paper = "Bhatt et al. 2020, arXiv:2005.00631 (complexity)"
    unit = "nats"
    better = "low"
    asks = "simple"

    def __call__(self, case: Explained) -> Measured:
        """H = −Σ p ln p of p = |φ| / Σ|φ|."""
        values = np.abs(case.maps.reshape(len(case), -1).astype(np.float64))
        whole = values.sum(axis=1, keepdims=True)
        shares = values / np.where(whole > 0, whole, 1.0)
        entropy = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1)
        return Measured(np.where(whole[:, 0] > 0, entropy, np.nan))
