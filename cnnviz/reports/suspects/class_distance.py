"""Robust distances of images from the center of their class."""

from __future__ import annotations

import numpy as np

#: The least images of a class to estimate its spread from.
FEWEST = 20
#: Share of a class, the nearest images, from which its center and spread are estimated.
TRUSTED = 0.85
#: Concentration steps.
ROUNDS = 3
#: Shrinkage of the covariance toward its diagonal; full shrinkage with fewer images per feature than this, since a
#: covariance fitted to few images puts all others far off.
SHRUNK, ENOUGH = 0.2, 2


def class_distances(features: np.ndarray, groups: list[np.ndarray]) -> np.ndarray:
    """Return the distance of each image from its class's center beyond what is usual there, (n,) float64.

    ``features`` are (n, d). It is the logarithm of the Mahalanobis distance, with center and spread of the nearer part
    of the class, in units of its own spread (from quartiles, as for a normal distribution): 0 is usual, 7 is far out.
    NaN for images in no group of ``FEWEST``.
    """
    far = np.full(len(features), np.nan)
    for own in groups:
        if len(own) >= FEWEST:
            logs = 0.5 * np.log(_squared(features[own].astype(np.float64)) + 1e-12)
            low, half, high = np.quantile(logs, [0.25, 0.5, 0.75])
            far[own] = (logs - half) / max((high - low) / 1.349, 1e-6)
    return far


def _squared(points: np.ndarray) -> np.ndarray:
    """Return squared distances from the center of the nearer part.

    Found by the concentration steps of Rousseeuw and Van Driessen 1999.
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
