"""A small problem that a network learns in a few steps."""

from __future__ import annotations

import numpy as np

from cnnviz.data.images import Images


def bright_squares(count: int = 90, seed: int = 0, classes: int = 3) -> Images:
    """Noisy 10×10 pictures with a bright square whose height in the picture is its class."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    pixels = rng.integers(0, 90, (count, 10, 10, 1))
    columns = rng.integers(0, 7, count)
    for picture, label, column in zip(pixels, labels, columns, strict=True):
        top = 1 + 3 * label
        picture[top : top + 3, column : column + 3] += 150
    return Images(pixels.clip(0, 255).astype(np.uint8), labels, tuple(f"row {i}" for i in range(classes)), "squares")
