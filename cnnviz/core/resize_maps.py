"""Bilinear resizing of maps, with half-pixel centers."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


def upsample(maps: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return maps (n, h, w) resized to (n, *size) bilinearly, with half-pixel centers.

    The first and last half cell repeat the edge, as in TensorFlow's ``image.resize`` and PyTorch's
    ``interpolate(align_corners=False)``; values stay within the map's own range.
    """
    if maps.shape[1:] == tuple(size):
        return maps
    rows, columns = (_weights(own, wanted) for own, wanted in zip(maps.shape[1:], size, strict=True))
    return np.matmul(np.matmul(rows, maps), columns.T)


@lru_cache(maxsize=64)
def _weights(own: int, wanted: int) -> np.ndarray:
    """Return the weight of each of ``own`` cells in each of ``wanted`` pixels, float32 (wanted, own)."""
    center = (np.arange(wanted) + 0.5) * (own / wanted) - 0.5
    center = center.clip(0, own - 1)
    below = np.minimum(center.astype(int), max(own - 2, 0))
    share = center - below
    weights = np.zeros((wanted, own), np.float32)
    at = np.arange(wanted)
    weights[at, below] += (1 - share).astype(np.float32)
    weights[at, np.minimum(below + 1, own - 1)] += share.astype(np.float32)
    weights.flags.writeable = False
    return weights
