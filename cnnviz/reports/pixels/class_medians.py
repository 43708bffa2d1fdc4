"""The median image of each class."""

from __future__ import annotations

import numpy as np

from cnnviz.data.images import Images


def median_pictures(images: Images) -> np.ndarray:
    """Return the median of each pixel in each class, float64 (k, h, w, c); NaN for a class without images.

    Without labels all images are one class.
    """
    labels, names = images.labels, images.class_names
    if labels is None or not names:
        return np.asarray(_median(images.pixels)[None])
    found = np.full((len(names), *images.shape), np.nan)
    for one in np.unique(labels):
        found[one] = _median(images.pixels[labels == one])
    return found


def _median(pixels: np.ndarray) -> np.ndarray:
    # The mean of two bytes may not fit a byte; NumPy's median handles that, and even counts.
    return np.asarray(np.median(pixels, axis=0), np.float64)
