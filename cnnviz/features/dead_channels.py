"""Flat maps and silent channels."""

from __future__ import annotations

import numpy as np


def flat_maps(values: np.ndarray) -> np.ndarray:
    """Return (n, channels) bool: maps with the same value in every cell, or units that are exactly zero."""
    if values.ndim == 4 and values.shape[1] * values.shape[2] > 1:
        return np.asarray(values.max(axis=(1, 2)) == values.min(axis=(1, 2)))
    return np.asarray(_units(values) == 0)


def silent_channels(values: np.ndarray) -> list[int]:
    """Return the channels with the same flat map for every image: dead on these images."""
    flat = flat_maps(values).all(axis=0)
    values = values if values.ndim == 4 else _units(values)
    cells = values.reshape(-1, values.shape[-1])
    same = cells.max(axis=0) == cells.min(axis=0)
    return [int(i) for i in np.flatnonzero(flat & same)]


def _units(values: np.ndarray) -> np.ndarray:
    """Return values as (n, cells, channels), without maps as one row of units per image."""
    return values.reshape(len(values), -1)
