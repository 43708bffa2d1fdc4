"""Whether a map says anything."""

from __future__ import annotations

import numpy as np

#: Cells that differ by less than this share of the largest differ by rounding, and no colour shows it.
FLAT = 1e-4


def is_flat(maps: np.ndarray) -> np.ndarray:
    """Return of each map (…, h, w) whether it is the same in every cell but for rounding, bool (…)."""
    low, high = maps.min(axis=(-2, -1)), maps.max(axis=(-2, -1))
    return np.asarray(high - low <= FLAT * np.maximum(np.abs(low), np.abs(high)))
