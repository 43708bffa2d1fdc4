"""Cropped images: empty at a side where images of their class have content."""

from __future__ import annotations

import numpy as np

SIDES = ("top", "bottom", "left", "right")
#: Distance from the background above which a pixel is content, as a share of full brightness.
SHOWS = 0.08
#: Share of a class's images that are emptier at a side than what counts as usual.
USUAL = 0.9


def shows(pixels: np.ndarray, background: np.ndarray, peak: float) -> np.ndarray:
    """Return which pixels (n, h, w) of images (n, h, w, c) differ from the background (c,)."""
    far = np.zeros(pixels.shape[:3], bool)
    for channel, level in enumerate(background):
        far |= np.abs(pixels[..., channel].astype(np.float32) - np.float32(level)) > SHOWS * peak
    return far


def missing(shown: np.ndarray, groups: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return how much content of its class each image lacks in the empty band at each side, and the bands' sizes.

    ``shown`` (n, h, w) are the pixels with content, ``groups`` the positions of each class. Both results are (n, 4), by
    ``SIDES``: the share of the class's mean content that lies in the band, minus the share that nine in ten of its
    images stay below; and the band's rows or columns. Zero for a blank image.
    """
    lacks, bands = np.zeros((len(shown), 4)), np.zeros((len(shown), 4), np.int64)
    for own in groups:
        usual = shown[own].mean(axis=0, dtype=np.float64)
        total = usual.sum()
        if not total:
            continue
        for side in range(4):
            along = 2 if side < 2 else 1
            filled = shown[own].any(axis=along)
            masses = usual.sum(axis=along - 1) / total
            if side % 2:
                filled, masses = filled[:, ::-1], masses[::-1]
            band = np.where(filled.any(axis=1), filled.argmax(axis=1), 0)
            share = np.concatenate([[0.0], masses.cumsum()])[band]
            lacks[own, side] = share - np.quantile(share, USUAL)
            bands[own, side] = band
    return lacks, bands
