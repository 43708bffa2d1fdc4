"""The common background of a set of images: the level of their borders, if they share one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: The largest distance of an image's border from the set's background, as a share of full brightness.
NEAR = 0.2
#: Share of images whose border must match for the set to have a common background.
AGREE = 0.75


@dataclass(frozen=True, eq=False)
class Background:
    """``level`` (c,) is the set's background in pixel values, NaN if its images have none in common.

    ``borders`` (n, c) are the medians of the images' borders.
    """

    level: np.ndarray
    borders: np.ndarray

    @property
    def common(self) -> bool:
        """Whether the set has a common background."""
        return bool(np.isfinite(self.level).all())


def find_background(pixels: np.ndarray, peak: float) -> Background:
    """Return the background of images (n, h, w, c), from their borders."""
    border = np.concatenate([pixels[:, 0], pixels[:, -1], pixels[:, 1:-1, 0], pixels[:, 1:-1, -1]], axis=1)
    borders = np.median(border, axis=1)
    level = np.median(borders, axis=0)
    if (np.abs(borders - level).max(axis=1) <= NEAR * peak).mean() < AGREE:
        level = np.full_like(level, np.nan)
    return Background(level, borders)
