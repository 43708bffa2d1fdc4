"""How heavy a kernel is."""

from __future__ import annotations

import numpy as np


def norms(kernel: np.ndarray) -> np.ndarray:
    """Return the L2 norm of each channel's kernel (..., channels), float64 (channels,).

    The kernel is the one that a channel reads its input with (models/kernels.py). Of a separable convolution that is
    the product of its two: a factor may be moved from one to the other without any change in what the layer does, so
    the norm of one alone says nothing.
    """
    return np.sqrt(np.square(kernel.reshape(-1, kernel.shape[-1]), dtype=np.float64).sum(axis=0))
