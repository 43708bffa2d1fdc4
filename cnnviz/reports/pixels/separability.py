"""Separability of the classes: silhouettes (Rousseeuw 1987) on principal components of the pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.data.images import Images

from .reduce_images import rows_of, spread_over_classes

#: Images that are compared with one another, and principal components used.
MOST, COMPONENTS = 2000, 50


@dataclass(frozen=True, eq=False)
class Separability:
    """The mean silhouette of each class and of all: 1 far from other classes, 0 on a border, below 0 nearer to another.

    ``silhouettes`` (k,) float64, NaN for a class with fewer than two sampled images; ``nearest`` (k,) int64 is the
    class nearest to most of its images, -1 if there is none. ``pictures`` images were sampled, on their first
    ``components`` principal components, which explain ``explained`` of the variance.
    """

    silhouettes: np.ndarray
    nearest: np.ndarray
    overall: float
    pictures: int
    components: int
    explained: float


def separability(images: Images, *, seed: int = 0, most: int = MOST) -> Separability:
    """Compute silhouettes of up to ``most`` labeled images, sampled in proportion, of at least two classes."""
    assert images.labels is not None
    chosen = spread_over_classes(images.labels, most, seed)
    rows, _ = rows_of(images, chosen)
    labels = images.labels[chosen]
    scores, explained = _components(rows, COMPONENTS)
    present, member = np.unique(labels, return_inverse=True)
    counts = np.bincount(member)
    # Mean distance of each image to the images of each class.
    length = np.square(scores).sum(axis=1)
    squared = length[:, None] + length - 2 * scores @ scores.T
    np.fill_diagonal(squared, 0)
    distances = np.sqrt(np.maximum(squared, 0))
    sums = np.stack([distances[:, member == k].sum(axis=1) for k in range(len(present))], axis=1)
    at = np.arange(len(labels))
    own = sums[at, member] / np.maximum(counts[member] - 1, 1)
    means = sums / counts
    means[at, member] = np.inf
    other = means.argmin(axis=1)
    nearest = means[at, other]
    with np.errstate(invalid="ignore"):
        each = np.nan_to_num((nearest - own) / np.maximum(own, nearest))
    # By definition a class's only image has silhouette 0.
    each[counts[member] == 1] = 0
    silhouettes = np.full(len(images.class_names), np.nan)
    beside = np.full(len(images.class_names), -1, np.int64)
    for k, label in enumerate(present):
        beside[label] = present[np.bincount(other[member == k], minlength=len(present)).argmax()]
        if counts[k] > 1:
            silhouettes[label] = each[member == k].mean()
    return Separability(silhouettes, beside, float(each.mean()), len(labels), scores.shape[1], explained)


def _components(rows: np.ndarray, most: int) -> tuple[np.ndarray, float]:
    """Return the first principal components of the rows, (m, most) float64, and their share of the variance."""
    centered = (rows - rows.mean(axis=0)).astype(np.float64)
    # Gram and covariance matrix have the same nonzero eigenvalues; the smaller one is used.
    if len(rows) <= rows.shape[1]:
        values, vectors = np.linalg.eigh(centered @ centered.T)
        kept = np.flatnonzero(values > 1e-10 * max(values.max(), 1e-30))[::-1][:most]
        scores = vectors[:, kept] * np.sqrt(values[kept])
    else:
        values, vectors = np.linalg.eigh(centered.T @ centered)
        kept = np.flatnonzero(values > 1e-10 * max(values.max(), 1e-30))[::-1][:most]
        scores = centered @ vectors[:, kept]
    total = float(np.maximum(values, 0).sum())
    return scores, float(values[kept].sum() / total) if total > 0 else 1.0
