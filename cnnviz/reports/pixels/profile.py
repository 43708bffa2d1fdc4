"""Means, deviations and likeness of the classes, from a tally."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cnnviz.data.images import Images

from .tally import Tally


@dataclass(frozen=True, eq=False)
class PixelProfile:
    """What is in the pixels of one set: everything is of the classes ``class_names``, one if there are no labels.

    Pixel values are those of the set itself, 0…``peak``.
    """

    source: str
    class_names: tuple[str, ...]
    labelled: bool
    peak: float
    tally: Tally

    def __repr__(self) -> str:
        h, w, c = self.tally.shape
        return f"PixelProfile({self.tally.seen:,} pictures of {h}×{w}×{c} from {self.source!r})"

    @cached_property
    def mean(self) -> float:
        """The mean of all pixels."""
        return float(self.tally.sums.sum() / (self.tally.seen * np.prod(self.tally.shape)))

    @cached_property
    def deviation(self) -> float:
        """The standard deviation of all pixels."""
        square = self.tally.squares.sum() / (self.tally.seen * np.prod(self.tally.shape))
        return float(np.sqrt(max(0.0, square - self.mean**2)))

    @cached_property
    def class_pictures(self) -> np.ndarray:
        """The mean picture of each class, float64 (k, h, w, c); NaN for a class without pictures."""
        return self._each(self.tally.sums)

    @cached_property
    def deviation_pictures(self) -> np.ndarray:
        """The standard deviation of each pixel in each class, float64 (k, h, w, c)."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.sqrt(np.maximum(self._each(self.tally.squares) - self.class_pictures**2, 0)))

    @cached_property
    def class_means(self) -> np.ndarray:
        """The mean pixel of each class, float64 (k,); NaN for a class without pictures."""
        return np.asarray(self.class_pictures.mean(axis=(1, 2, 3)))

    @cached_property
    def correlation(self) -> np.ndarray:
        """Pearson's correlation of the classes' mean pictures, float64 (k, k); NaN where one is flat or missing."""
        rows = self.class_pictures.reshape(len(self.class_names), -1)
        centred = rows - rows.mean(axis=1, keepdims=True)
        length = np.sqrt(np.square(centred).sum(axis=1))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(centred @ centred.T / np.outer(length, length))

    @property
    def balance(self) -> np.ndarray:
        """The share of pictures of each class, (k,)."""
        return np.asarray(self.tally.counts / max(1, self.tally.seen))

    def _each(self, totals: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(totals / self.tally.counts[:, None, None, None])


def profile_pixels(images: Images) -> PixelProfile:
    """Tally one set of pictures."""
    labelled = images.labels is not None and len(images.class_names) > 0
    names = images.class_names if labelled else ("all pictures",)
    tally = Tally.empty(images.shape, len(names), images.peak)
    tally.add(images.pixels, images.labels if labelled else None)
    return PixelProfile(images.source, tuple(names), labelled, images.peak, tally)
