"""L2 norms of kernels."""

from __future__ import annotations

import numpy as np


def norms(kernel: np.ndarray) -> np.ndarray:
    """Return the L2 norm of each channel's kernel (..., channels), float64 (channels,).

    The kernel is the effective one (models/kernels.py). For a separable convolution that is the product of its two: a
    factor can move from one to the other without changing the layer, so either norm alone is meaningless.
    """
    return np.sqrt(np.square(kernel.reshape(-1, kernel.shape[-1]), dtype=np.float64).sum(axis=0))
