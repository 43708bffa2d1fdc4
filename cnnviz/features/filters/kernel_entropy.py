"""Entropy of kernels.

Shannon 1948, "A Mathematical Theory of Communication", section 6: H = −Σ p·log2 p, here with p = |w| / Σ|w|.
"""

from __future__ import annotations

import numpy as np


def entropies(kernel: np.ndarray) -> np.ndarray:
    """Return the entropy of the absolute weights of each channel's kernel (..., channels), in bits, (channels,).

    0 if a single weight is nonzero, ``highest_entropy`` if all have equal size, NaN if all are zero.
    """
    weights = np.abs(kernel.reshape(-1, kernel.shape[-1]).astype(np.float64))
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = weights / weights.sum(axis=0)
        return -np.where(shares == 0, 0, shares * np.log2(shares)).sum(axis=0) + 0.0


def highest_entropy(kernel: np.ndarray) -> float:
    """Return the maximum entropy of a kernel of this size, in bits."""
    return float(np.log2(kernel.size // kernel.shape[-1]))
