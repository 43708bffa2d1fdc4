"""Images cut into superpixels."""

from __future__ import annotations

import numpy as np

#: Superpixels that are wanted of a large image, and pixels that each has at least in a small one.
MOST, SMALLEST = 50, 16


def usual_segments(height: int, width: int) -> int:
    """Return how many superpixels suit an image: one for each 4×4 pixels, and 4 to 50 of them."""
    return int(np.clip(height * width // SMALLEST, 4, MOST))


def superpixels(pixels: np.ndarray, segments: int) -> np.ndarray:
    """Return about so many superpixels of an image (h, w, c), by SLIC, as int64 (h, w) labels from 0 without gaps."""
    from skimage.segmentation import slic

    # Colours are compared in Lab, which runs to 100; grey levels, which run from 0 to 1, weigh as much at a hundredth.
    compactness = 0.1 if pixels.shape[2] == 1 else 10.0
    for _ in range(4):
        labels = slic(pixels.astype(np.float64), segments, compactness, channel_axis=-1, start_label=0)
        if labels.max() + 1 >= segments / 2:
            break
        # In noise no region holds together and SLIC joins what is left of them; then place counts more than colour.
        compactness *= 10
    _, dense = np.unique(labels, return_inverse=True)
    return np.asarray(dense, np.int64).reshape(labels.shape)
