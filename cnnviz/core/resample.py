"""Bilinear resizing of maps, with half-pixel centres."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


def upsample(maps: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resize maps (n, h, w) to (n, *size) bilinearly, cells and pixels both taken at their centres.

    The first and last half cell hold the value of the edge. This is what TensorFlow's ``image.resize`` and PyTorch's
    ``interpolate(align_corners=False)`` do; no value outside the map's own range comes of it.
    """
    if maps.shape[1:] == tuple(size):
        return maps
    rows, columns = (_weights(own, wanted) for own, wanted in zip(maps.shape[1:], size, strict=True))
    return np.matmul(np.matmul(rows, maps), columns.T)


@lru_cache(maxsize=64)
def _weights(own: int, wanted: int) -> np.ndarray:
    """What each of ``own`` cells counts in each of ``wanted`` pixels, float32 (wanted, own)."""
    centre = (np.arange(wanted) + 0.5) * (own / wanted) - 0.5
    centre = centre.clip(0, own - 1)
    below = np.minimum(centre.astype(int), max(own - 2, 0))
    share = centre - below
    weights = np.zeros((wanted, own), np.float32)
    at = np.arange(wanted)
    weights[at, below] += (1 - share).astype(np.float32)
    weights[at, np.minimum(below + 1, own - 1)] += share.astype(np.float32)
    weights.flags.writeable = False
    return weights
