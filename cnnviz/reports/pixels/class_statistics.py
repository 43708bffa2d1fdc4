"""Means, deviations and similarity of the classes, from a tally."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cnnviz.data.images import Images

from .class_means import correlations
from .class_sums import Tally

#: The class names of a set without labels.
UNLABELED = ("all images",)


@dataclass(frozen=True, eq=False)
class PixelProfile:
    """Pixel statistics of one set, for each of its classes ``class_names``: one class if there are no labels.

    Pixel values are those of the set itself, 0…``peak``.
    """

    source: str
    class_names: tuple[str, ...]
    labelled: bool
    peak: float
    tally: Tally

    def __repr__(self) -> str:
        h, w, c = self.tally.shape
        return f"PixelProfile({self.tally.seen:,} images of {h}×{w}×{c} from {self.source!r})"

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
        """The mean image of each class, float64 (k, h, w, c); NaN for a class without images."""
        return self._each(self.tally.sums)

    @cached_property
    def deviation_pictures(self) -> np.ndarray:
        """The standard deviation of each pixel in each class, float64 (k, h, w, c)."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.sqrt(np.maximum(self._each(self.tally.squares) - self.class_pictures**2, 0)))

    @cached_property
    def class_means(self) -> np.ndarray:
        """The mean pixel of each class, float64 (k,); NaN for a class without images."""
        return np.asarray(self.class_pictures.mean(axis=(1, 2, 3)))

    @cached_property
    def correlation(self) -> np.ndarray:
        """Pearson's correlation of the classes' mean images, float64 (k, k); NaN where one is flat or missing."""
        return correlations(self.class_pictures)

    @cached_property
    def variance_picture(self) -> np.ndarray:
        """The variance of each pixel over all images, float64 (h, w, c)."""
        counted = max(1, self.tally.seen)
        mean = self.tally.sums.sum(axis=0) / counted
        return np.asarray(np.maximum(self.tally.squares.sum(axis=0) / counted - mean**2, 0))

    @cached_property
    def within(self) -> np.ndarray:
        """The variance of each pixel within its class, averaged over all images, float64 (h, w, c)."""
        variances = np.where(self.tally.counts[:, None, None, None] > 0, self.deviation_pictures**2, 0)
        return np.asarray(np.tensordot(self.balance, variances, axes=1))

    @cached_property
    def fisher(self) -> np.ndarray:
        """Fisher's ratio of each pixel, float64 (h, w, c): variance between class means over variance within classes.

        0 where a pixel is constant, infinite where it is constant within each class but differs between classes.
        """
        between = np.maximum(self.variance_picture - self.within, 0)
        # Rounding residue of a variance of zero.
        tiny = 1e-9 * self.peak**2
        ratio = np.divide(between, self.within, out=np.zeros_like(between), where=self.within > tiny)
        return np.asarray(np.where((self.within <= tiny) & (between > tiny), np.inf, ratio))

    @cached_property
    def spreads(self) -> np.ndarray:
        """The spread of each class: root mean square distance of its images from its mean image, per pixel, (k,)."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.sqrt((self.deviation_pictures**2).mean(axis=(1, 2, 3))))

    @cached_property
    def separation(self) -> np.ndarray:
        """Distances of the classes' mean images in units of their spreads, float64 (k, k); NaN without images.

        Root mean square over pixels of the difference, divided by the combined spread; small means similar.
        """
        rows = self.class_pictures.reshape(len(self.class_names), -1)
        lengths = np.square(rows).mean(axis=1)
        apart = np.sqrt(np.maximum(lengths[:, None] + lengths - 2 * rows @ rows.T / rows.shape[1], 0))
        np.fill_diagonal(apart, np.where(np.isnan(lengths), np.nan, 0))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(apart / np.sqrt((self.spreads[:, None] ** 2 + self.spreads**2) / 2))

    @property
    def balance(self) -> np.ndarray:
        """The share of images of each class, (k,)."""
        return np.asarray(self.tally.counts / max(1, self.tally.seen))

    def _each(self, totals: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(totals / self.tally.counts[:, None, None, None])


def profile_pixels(images: Images) -> PixelProfile:
    """Return the pixel statistics of a set of images."""
    labelled = images.labels is not None and len(images.class_names) > 0
    names = images.class_names if labelled else UNLABELED
    tally = Tally.empty(images.shape, len(names), images.peak)
    tally.add(images.pixels, images.labels if labelled else None)
    return PixelProfile(images.source, tuple(names), labelled, images.peak, tally)
