"""Pairs of classes, the most similar first."""

from __future__ import annotations

import numpy as np

from ..pixels.class_statistics import PixelProfile


def closest_pairs(profile: PixelProfile, most: int) -> list[tuple[int, int, float]]:
    """Return up to ``most`` (class, class, correlation of their mean images), the highest first."""
    return _ranked(profile.correlation, most, highest=True)


def nearest_pairs(profile: PixelProfile, most: int) -> list[tuple[int, int, float]]:
    """Return (class, class, distance of their mean images in units of their spread), the smallest first."""
    return _ranked(profile.separation, most, highest=False)


def _ranked(values: np.ndarray, most: int, highest: bool) -> list[tuple[int, int, float]]:
    first, second = np.triu_indices(len(values), 1)
    held = values[first, second]
    known = np.flatnonzero(np.isfinite(held))
    order = known[np.argsort(-held[known] if highest else held[known], kind="stable")][:most]
    return [(int(first[i]), int(second[i]), float(held[i])) for i in order]
