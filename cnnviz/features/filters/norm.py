"""How heavy a kernel is."""

from __future__ import annotations

import numpy as np


def norms(kernel: np.ndarray) -> np.ndarray:
    """Return the L2 norm of each channel's kernel (..., channels), float64 (channels,)."""
    return np.sqrt(np.square(kernel.reshape(-1, kernel.shape[-1]), dtype=np.float64).sum(axis=0))
