"""Which pixels tell the classes apart: by a random forest, and by mutual information."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.data.images import Images

from .subsample import rows_of, spread_over_classes

#: Images that the forest is grown from, its trees, and images that information is estimated from.
MOST, TREES, MOST_COUNTED = 6000, 60, 20_000
#: Trees times classes at the most, but for so many trees.
MOST_VOTES, FEWEST_TREES = 6000, 6
#: Steps of brightness that information is counted in.
STEPS = 16


@dataclass(frozen=True, eq=False)
class Importance:
    """How much each pixel says of the class, as images (h, w, c): smaller than the set's where those are large.

    ``forest`` is the mean decrease in impurity (Breiman 2001), adding up to 1; ``accuracy`` is how often the trees that
    did not see an image call it right. ``information`` is mutual information with the class in bits, of which there
    are ``entropy`` to know. ``pictures`` and ``counted`` are how many were looked at for either.
    """

    forest: np.ndarray
    accuracy: float
    trees: int
    pictures: int
    information: np.ndarray
    entropy: float
    counted: int


def importance(images: Images, *, seed: int = 0, most: int = MOST, trees: int = TREES) -> Importance:
    """Grow a forest on up to ``most`` images, and count up to 20,000; DataError without two classes of two."""
    from sklearn.ensemble import RandomForestClassifier

    if images.labels is None or (np.bincount(images.labels) > 1).sum() < 2:
        raise DataError("importance of pixels needs labels of at least two classes of two images each")
    chosen = spread_over_classes(images.labels, most, seed)
    rows, shape = rows_of(images, chosen)
    # A tree counts votes for every class at every leaf.
    trees = max(FEWEST_TREES, min(trees, MOST_VOTES // len(np.unique(images.labels))))
    forest = RandomForestClassifier(trees, min_samples_leaf=2, random_state=seed, n_jobs=2, oob_score=True)
    with warnings.catch_warnings():
        # Of a handful of images every tree may have seen one, and the classes may be many.
        warnings.simplefilter("ignore")
        forest.fit(rows, images.labels[chosen])
    counted = spread_over_classes(images.labels, MOST_COUNTED, seed)
    values, _ = rows_of(images, counted)
    information, entropy = mutual_information(values, images.labels[counted])
    return Importance(
        np.asarray(forest.feature_importances_).reshape(shape),
        float(forest.oob_score_),
        trees,
        len(chosen),
        information.reshape(shape),
        entropy,
        len(counted),
    )


def mutual_information(values: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the information in bits between each column of values (m, d), 0 to 1, and the labels; and the labels' own.

    Values are counted in 16 equal steps; the bias of counts is taken off (Miller 1955), down to zero at the least.
    """
    _, member = np.unique(labels, return_inverse=True)
    classes, m = int(member.max()) + 1, len(labels)
    steps = np.ascontiguousarray(np.clip(values * STEPS, 0, STEPS - 1).astype(np.uint8).T)
    shares = np.bincount(member) / m
    entropy = float(-(shares * np.log2(shares)).sum())
    found = np.zeros(values.shape[1])
    own = (member * STEPS).astype(np.int64)
    for column in range(values.shape[1]):
        counts = np.bincount(own + steps[column], minlength=classes * STEPS).reshape(classes, STEPS)
        joint, level = counts / m, counts.sum(axis=0) / m
        held = counts > 0
        bits = (joint[held] * np.log2(joint[held] / np.outer(shares, level)[held])).sum()
        bias = (held.sum() - classes - (level > 0).sum() + 1) / (2 * m * np.log(2))
        found[column] = max(0.0, bits - bias)
    return found, entropy
