"""Correlation between what a map says of random sets of pixels and what hiding them costs."""

from __future__ import annotations

import numpy as np

from cnnviz.attribution.baseline import Fill

from .explained import Explained


def sums_and_drops(case: Explained, masks: np.ndarray, fill: Fill) -> tuple[np.ndarray, np.ndarray]:
    """Return Σ of the map over each hidden set, and how much hiding it lowers the logit, both float64 (n, sets).

    ``masks`` are the hidden sets, bool (sets, h, w), the same for every image.
    """
    count = len(masks)
    sums = case.maps.reshape(len(case), -1).astype(np.float64) @ masks.reshape(count, -1).T.astype(np.float64)
    owners = np.repeat(np.arange(len(case)), count)
    which = np.tile(np.arange(count), len(case))
    scores = case.of_class(case.masked(owners, lambda part: ~masks[which[part]], fill), owners)
    return sums, case.scores[:, None] - scores.reshape(len(case), count)


def correlations(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return Pearson's correlation of each pair of rows, (n,); NaN for a constant row."""
    a, b = (one - one.mean(axis=1, keepdims=True) for one in (first, second))
    scale = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    constant = (np.ptp(first, axis=1) == 0) | (np.ptp(second, axis=1) == 0)
    found = (a * b).sum(axis=1) / np.where(constant, 1.0, scale)
    return np.where(constant, np.nan, np.clip(found, -1, 1))


def rank_correlations(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return Spearman's correlation of each pair of rows, (n,); NaN for a constant row."""
    from scipy.stats import rankdata

    return correlations(rankdata(first, axis=1), rankdata(second, axis=1))
