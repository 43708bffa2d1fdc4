"""Definitions of flat maps and dead channels.

A map is *flat* if its cells are equal but for rounding; a unit, which is a map of one cell, if it is 0. A channel is
*dead* on a set of images if its map is flat, at one value, for every image. (*Idle* is a filter whose removal changes
no score: see cnnviz/ablation.) The page's values/signal.js has the same definitions, and a test compares the two.
"""

from __future__ import annotations

import numpy as np

#: A map whose values span less than this share of the largest is flat: its cells differ by rounding.
FLAT = 1e-4


def is_constant(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return whether values from ``low`` to ``high`` are equal but for rounding, bool of their shape."""
    low, high = np.asarray(low, np.float64), np.asarray(high, np.float64)
    return np.asarray(high - low <= FLAT * np.maximum(np.abs(low), np.abs(high)))


def is_flat(maps: np.ndarray) -> np.ndarray:
    """Return whether each heatmap (…, h, w) is flat, bool (…)."""
    return is_constant(maps.min(axis=(-2, -1)), maps.max(axis=(-2, -1)))


def flat_channels(low: np.ndarray, high: np.ndarray, cells: int) -> np.ndarray:
    """Return whether activation maps of ``cells`` cells with these lowest and highest values are flat."""
    return is_constant(low, high) if cells > 1 else np.asarray((low == 0) & (high == 0))


def flat_maps(values: np.ndarray) -> np.ndarray:
    """Return which maps of a layer's output (n, h, w, channels) or units (n, …) are flat, bool (n, channels)."""
    rows = _rows(values)
    return flat_channels(rows.min(axis=1), rows.max(axis=1), rows.shape[1])


def dead_channels(values: np.ndarray) -> list[int]:
    """Return the channels of a layer's output that are dead on these images."""
    rows = _rows(values)
    flat = flat_channels(rows.min(axis=1), rows.max(axis=1), rows.shape[1]).all(axis=0)
    return [int(i) for i in np.flatnonzero(flat & is_constant(rows.min(axis=(0, 1)), rows.max(axis=(0, 1))))]


def _rows(values: np.ndarray) -> np.ndarray:
    """Return a layer's output as (n, cells, channels)."""
    if values.ndim == 4:
        return values.reshape(len(values), -1, values.shape[-1])
    return values.reshape(len(values), 1, -1)
