"""What stands for nothing in a set of images: the level of their borders, if they agree on one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: How far an image's border may lie from the set's background, as a share of full brightness, and be of it.
NEAR = 0.2
#: Share of images whose border must be of the background for the set to have one.
AGREE = 0.75


@dataclass(frozen=True, eq=False)
class Background:
    """``level`` (c,) is the set's background in pixel values, NaN if its images do not agree on one.

    ``borders`` (n, c) are the medians of the images' borders.
    """

    level: np.ndarray
    borders: np.ndarray

    @property
    def common(self) -> bool:
        """Whether the set has a background."""
        return bool(np.isfinite(self.level).all())


def find_background(pixels: np.ndarray, peak: float) -> Background:
    """Look at the borders of images (n, h, w, c)."""
    border = np.concatenate([pixels[:, 0], pixels[:, -1], pixels[:, 1:-1, 0], pixels[:, 1:-1, -1]], axis=1)
    borders = np.median(border, axis=1)
    level = np.median(borders, axis=0)
    if (np.abs(borders - level).max(axis=1) <= NEAR * peak).mean() < AGREE:
        level = np.full_like(level, np.nan)
    return Background(level, borders)
