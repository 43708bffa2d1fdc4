"""Class selectivity of channels.

Morcos et al. 2018, "On the importance of single directions for generalization", section 3.3, equation 1: the mean
response to the class with the largest one, compared with the mean over all other classes.
"""

from __future__ import annotations

import numpy as np


def selectivities(profile: np.ndarray) -> np.ndarray:
    """Return (max − rest) / (max + rest) of each channel's class means (classes, channels), float64 (channels,).

    1 is a channel that responds to one class only, 0 one that responds to all equally. Classes without images (NaN) do
    not count. NaN where the index is undefined: with fewer than two classes, for a channel that never responds, and for
    one with a negative class mean, since the index assumes responses that cannot be negative.
    """
    means = profile[~np.isnan(profile).all(axis=1)].astype(np.float64)
    if len(means) < 2:
        return np.full(profile.shape[1], np.nan)
    most = means.max(axis=0)
    rest = (means.sum(axis=0) - most) / (len(means) - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where((means < 0).any(axis=0), np.nan, (most - rest) / (most + rest))
