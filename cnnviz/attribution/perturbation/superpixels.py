"""Superpixel segmentation."""

from __future__ import annotations

import numpy as np

#: Superpixels of a large image, and the least pixels of each in a small one.
MOST, SMALLEST = 50, 16


def default_segments(height: int, width: int) -> int:
    """Return the default number of superpixels: one per 4×4 pixels, between 4 and 50."""
    return int(np.clip(height * width // SMALLEST, 4, MOST))


def superpixels(pixels: np.ndarray, segments: int) -> np.ndarray:
    """Return about ``segments`` superpixels of an image (h, w, c) by SLIC, as int64 (h, w) labels from 0, no gaps."""
    from skimage.segmentation import slic

    # Colors are compared in Lab, up to 100; grayscale values and bands in 0…1 need a hundredth of the compactness.
    compactness = 10.0 if pixels.shape[2] == 3 else 0.1
    for _ in range(4):
        labels = slic(pixels.astype(np.float64), segments, compactness, channel_axis=-1, start_label=0)
        if labels.max() + 1 >= segments / 2:
            break
        # In noise SLIC merges fragments into too few regions; a higher compactness favors position over color.
        compactness *= 10
    _, dense = np.unique(labels, return_inverse=True)
    return np.asarray(dense, np.int64).reshape(labels.shape)
