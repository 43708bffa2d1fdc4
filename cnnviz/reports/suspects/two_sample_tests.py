"""Two-sample tests, and the correction for several tests at once."""

from __future__ import annotations

import numpy as np

#: Permutations computed at once.
AT_ONCE = 100
#: Permutations stop after so many splits at least as far apart as the samples, since the p-value is then large.
ENOUGH = 25


def energy_test(one: np.ndarray, two: np.ndarray, permutations: int = 999, seed: int = 0) -> tuple[float, float]:
    """Return the energy distance of two samples (n, d), (m, d), and its p-value by permutations.

    Székely and Rizzo 2004: twice the mean distance between the samples minus the mean distances within. The p-value is
    the share of random splits with a distance at least as large, counting the split itself: at least 1 / (permutations
    + 1). Permutations stop early once the p-value is clearly large (after Besag and Clifford 1991).
    """
    points = np.concatenate([one, two]).astype(np.float64)
    points = points - points.mean(axis=0)
    squares = np.square(points).sum(axis=1)
    apart = np.sqrt(np.maximum(squares[:, None] + squares - 2 * (points @ points.T), 0)).astype(np.float32)
    np.fill_diagonal(apart, 0)
    weights = np.concatenate([np.full(len(one), 1 / len(one)), np.full(len(two), -1 / len(two))]).astype(np.float32)
    rng = np.random.default_rng(seed)
    found = float(-(weights @ apart @ weights))
    tried = as_large = 0
    while tried < permutations and as_large < ENOUGH:
        split = rng.permuted(np.tile(weights, (min(AT_ONCE, permutations - tried), 1)), axis=1)
        as_large += int((-np.einsum("ij,ij->i", split @ apart, split) >= found).sum())
        tried += len(split)
    return found, (1 + as_large) / (1 + tried)


def holm(p_values: list[float]) -> list[float]:
    """Return p-values adjusted for several tests (Holm 1979)."""
    order = np.argsort(p_values, kind="stable")
    steps = (len(p_values) - np.arange(len(p_values))) * np.asarray(p_values)[order]
    made = np.empty(len(p_values))
    made[order] = np.minimum(1, np.maximum.accumulate(steps))
    return [float(value) for value in made]
