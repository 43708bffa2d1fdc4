"""Differences of class brightness between two sets, with bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.data.images import Images

#: Bootstrap resamplings of both sets.
DRAWS = 1000
#: Simultaneous confidence level of all intervals of a report.
LEVEL = 0.95
#: Of more images than this, groups of similar brightness are resampled; so many groups.
GROUPS = 512


@dataclass(frozen=True, eq=False)
class BrightnessShift:
    """Difference of each class's mean pixel between two sets (first minus second), with simultaneous intervals.

    ``differences``, ``low`` and ``high`` (k,) are in pixel values; ``level`` is the confidence that all intervals hold
    at once. NaN where a class has fewer than two images in either set.
    """

    differences: np.ndarray
    low: np.ndarray
    high: np.ndarray
    level: float = LEVEL

    @property
    def noise(self) -> np.ndarray:
        """Whether each interval contains 0, so that the difference may be chance: (k,) bool, False where unknown."""
        return np.asarray((self.low <= 0) & (self.high >= 0))

    @property
    def known(self) -> np.ndarray:
        """Whether each class has an interval, (k,) bool."""
        return np.isfinite(self.differences)


def brightness_shift(first: Images, second: Images, *, seed: int = 0, draws: int = DRAWS) -> BrightnessShift:
    """Compare the mean pixel of each class of two sets with the same classes (without labels: of all images).

    Images are resampled with replacement, class by class. The intervals come from the largest deviation of any class in
    units of its standard error, which accounts for testing many classes. Since few images underestimate their own
    spread, intervals are widened by the ratio of Student's t, with the degrees of freedom of the smaller side, to the
    normal distribution.
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
    """Return the deviation of each resampled mean from the overall mean, for the unbiased variance, (draws,)."""
    return (_drawn_means(values, draws, rng) - values.mean()) * np.sqrt(len(values) / (len(values) - 1))


def _drawn_means(values: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return the mean of each resample with replacement, (draws,)."""
    if len(values) <= GROUPS:
        return np.asarray(values[rng.integers(0, len(values), (draws, len(values)))].mean(axis=1))
    low, high = values.min(), values.max()
    group = np.minimum(((values - low) / max(high - low, 1e-12) * GROUPS).astype(np.int64), GROUPS - 1)
    counts = np.bincount(group, minlength=GROUPS)
    held = np.flatnonzero(counts)
    means = np.bincount(group, weights=values, minlength=GROUPS)[held] / counts[held]
    return np.asarray(rng.multinomial(len(values), counts[held] / len(values), draws) @ means / len(values))
