"""Which differences of the classes' mean pixels between two sets are more than chance, by the bootstrap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.data.images import Images

#: How often both sets are drawn anew.
DRAWS = 1000
#: How often all intervals of a report hold at once.
LEVEL = 0.95
#: More images than this are drawn by groups of about the same brightness, of which there are so many.
GROUPS = 512


@dataclass(frozen=True, eq=False)
class BrightnessShift:
    """The mean pixel of each class in one set less that in another, and how far chance alone may move it.

    ``differences``, ``low`` and ``high`` (k,) are in pixel values; ``level`` of the time all intervals hold at once.
    NaN where a class has fewer than two images in either set.
    """

    differences: np.ndarray
    low: np.ndarray
    high: np.ndarray
    level: float = LEVEL

    @property
    def noise(self) -> np.ndarray:
        """Whether an interval holds zero: the difference may be chance. (k,) bool, False where nothing is known."""
        return np.asarray((self.low <= 0) & (self.high >= 0))

    @property
    def known(self) -> np.ndarray:
        """Whether a class has an interval, (k,) bool."""
        return np.isfinite(self.differences)


def brightness_shift(first: Images, second: Images, *, seed: int = 0, draws: int = DRAWS) -> BrightnessShift:
    """Compare the mean pixel of each class of two sets with the same classes (without labels: of all images).

    Images are drawn anew with replacement, class by class. The intervals are those of the largest deviation of any
    class in units of its standard error, so that among many classes chance does not find one. Few images hardly tell
    their own spread: intervals are as much wider as Student's t, with the degrees of freedom of the smaller side, is
    wider than the normal distribution.
    """
    from scipy.special import ndtr, stdtrit

    rng = np.random.default_rng(seed)
    names = first.class_names if first.labels is not None and second.labels is not None else ("",)
    sides = [_brightness(one, len(names)) for one in (first, second)]
    enough = np.array([min(len(a), len(b)) > 1 for a, b in zip(*sides, strict=True)])
    found = np.full(len(names), np.nan)
    drawn, freedom = np.zeros((draws, len(names))), np.ones(len(names))
    for k in np.flatnonzero(enough):
        a, b = sides[0][k], sides[1][k]
        found[k] = a.mean() - b.mean()
        drawn[:, k] = _drawn_errors(a, draws, rng) - _drawn_errors(b, draws, rng)
        freedom[k] = min(len(a), len(b)) - 1
    error = drawn.std(axis=0, ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        largest = np.nanmax(np.abs(drawn) / np.where(error > 0, error, np.inf), axis=1)
    reach = np.where(enough, -stdtrit(freedom, ndtr(-np.quantile(largest, LEVEL))) * error, np.nan)
    return BrightnessShift(found, found - reach, found + reach)


def _brightness(images: Images, classes: int) -> list[np.ndarray]:
    """Return the mean pixel of each image, class by class."""
    rows = images.pixels.reshape(len(images), -1)
    means = rows.sum(axis=1, dtype=np.uint64 if rows.dtype == np.uint8 else np.float64) / rows.shape[1]
    if classes == 1 or images.labels is None:
        return [means]
    return [means[images.labels == k] for k in range(classes)]


def _drawn_errors(values: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return how far the mean of each of so many draws lies from that of all, as of the unbiased variance, (draws,)."""
    return (_drawn_means(values, draws, rng) - values.mean()) * np.sqrt(len(values) / (len(values) - 1))


def _drawn_means(values: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return the mean of each of so many draws with replacement, (draws,)."""
    if len(values) <= GROUPS:
        return np.asarray(values[rng.integers(0, len(values), (draws, len(values)))].mean(axis=1))
    low, high = values.min(), values.max()
    group = np.minimum(((values - low) / max(high - low, 1e-12) * GROUPS).astype(np.int64), GROUPS - 1)
    counts = np.bincount(group, minlength=GROUPS)
    held = np.flatnonzero(counts)
    means = np.bincount(group, weights=values, minlength=GROUPS)[held] / counts[held]
    return np.asarray(rng.multinomial(len(values), counts[held] / len(values), draws) @ means / len(values))
