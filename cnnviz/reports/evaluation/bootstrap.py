"""Confidence intervals: the bootstrap, and exact bounds where it gives none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

#: Bootstrap resamplings, and the confidence level of intervals.
ROUNDS = 1000
LEVEL = 0.95
#: The most values in memory at once.
_MOST = 4_000_000


class Estimate(NamedTuple):
    """A measured value with the ends of its interval; NaN where undefined."""

    value: float
    low: float
    high: float


def resampled_counts(counts: np.ndarray, rounds: int, random: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield how often each kind of image occurs in resamplings with replacement, (some rounds, kinds).

    Counts alone suffice: resampled counts are multinomial.
    """
    total = int(counts.sum())
    step = max(1, _MOST // max(1, len(counts)))
    for begin in range(0, rounds, step):
        yield random.multinomial(total, counts / total, min(step, rounds - begin))


def resampled_means(values: np.ndarray, rounds: int, random: np.random.Generator) -> np.ndarray:
    """Return the means of values resampled with replacement, (rounds,)."""
    step = max(1, _MOST // len(values))
    means = []
    for begin in range(0, rounds, step):
        drawn = random.integers(0, len(values), (min(step, rounds - begin), len(values)))
        means.append(values[drawn].mean(axis=1))
    return np.concatenate(means)


def ends(samples: np.ndarray, level: float = LEVEL) -> np.ndarray:
    """Return the percentile interval of each column of (rounds, …), as (2, …); NaN rounds do not count."""
    found = np.full((2, *samples.shape[1:]), np.nan)
    known = ~np.isnan(samples).all(axis=0)
    shares = [(1 - level) / 2, (1 + level) / 2]
    found[:, known] = np.nanquantile(samples[:, known], shares, axis=0)
    return found


def varying_ends(samples: np.ndarray, value: np.ndarray, level: float) -> np.ndarray:
    """Return what ``ends`` does, NaN where the value is undefined or all resamplings agree."""
    found = ends(samples, level)
    found[:, np.isnan(value) | (found[0] == found[1])] = np.nan
    return found


def exact_ends(successes: np.ndarray | int, trials: np.ndarray | int, level: float = LEVEL) -> np.ndarray:
    """Return the bounds of a share by Clopper and Pearson (1934), as (2, …); NaN without trials."""
    from scipy.stats import beta

    k, n = np.broadcast_arrays(np.asarray(successes, np.float64), np.asarray(trials, np.float64))
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(k == 0, 0.0, beta.ppf(tail, k, n - k + 1))
        high = np.where(k == n, 1.0, beta.ppf(1 - tail, k + 1, n - k))
    return np.where(n > 0, np.stack([low, high]), np.nan)


def mean_estimate(values: np.ndarray, rounds: int, level: float, random: np.random.Generator) -> Estimate:
    """Return a mean with its interval; without one for values that are all equal."""
    if (values == values[0]).all():
        return Estimate(float(values[0]), float("nan"), float("nan"))
    low, high = ends(resampled_means(values, rounds, random), level)
    return Estimate(float(values.mean()), float(low), float(high))
