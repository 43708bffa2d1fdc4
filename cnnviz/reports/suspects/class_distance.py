"""How far images lie from the middle of their class, told robustly."""

from __future__ import annotations

import numpy as np

#: Images of a class that a spread can be told from.
FEWEST = 20
#: Share of a class that its middle and spread are taken from, the nearest: the rest may be anything.
TRUSTED = 0.85
#: How often the nearest are looked for anew.
ROUNDS = 3
#: Share of the spread that is taken as if features did not vary together; all of it with fewer images a feature than
#: this, since a spread that is fitted to few images makes all others look far off.
SHRUNK, ENOUGH = 0.2, 2


def class_distances(features: np.ndarray, groups: list[np.ndarray]) -> np.ndarray:
    """Return how much further each image is from its class's middle than is usual there, (n,) float64.

    ``features`` are (n, d). The distance is Mahalanobis's, by middle and spread of the nearer part of the class. It is
    taken as a logarithm and told in units of its own spread (that of its quartiles, as of a normal distribution): 0 is
    usual, 7 is far out. NaN for images in no group of ``FEWEST``.
    """
    far = np.full(len(features), np.nan)
    for own in groups:
        if len(own) >= FEWEST:
            logs = 0.5 * np.log(_squared(features[own].astype(np.float64)) + 1e-12)
            low, half, high = np.quantile(logs, [0.25, 0.5, 0.75])
            far[own] = (logs - half) / max((high - low) / 1.349, 1e-6)
    return far


def _squared(points: np.ndarray) -> np.ndarray:
    """Return squared distances from the middle of the nearer part, found step by step.

    These are the concentration steps of Rousseeuw and Van Driessen 1999.
    """
    points = points - np.median(points, axis=0)
    scale = 2.2 * np.square(np.median(np.abs(points), axis=0)) + 1e-12
    squared = np.minimum(np.square(points) / scale, 1e6).sum(axis=1)
    shrunk = SHRUNK if len(points) >= ENOUGH * points.shape[1] else 1.0
    for _ in range(ROUNDS):
        near = np.argsort(squared, kind="stable")[: int(TRUSTED * len(points))]
        spread = np.atleast_2d(np.cov(points[near].T))
        spread = (1 - shrunk) * spread + shrunk * np.diag(np.diag(spread))
        spread += (1e-6 * np.trace(spread) / len(spread) + 1e-12) * np.eye(len(spread))
        off = points - points[near].mean(axis=0)
        squared = np.einsum("ij,ij->i", off @ np.linalg.inv(spread), off)
    return squared
