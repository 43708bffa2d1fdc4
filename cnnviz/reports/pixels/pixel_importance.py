"""Importance of each pixel for the class: by a random forest, and by mutual information."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.data.images import Images

from .reduce_images import rows_of, spread_over_classes

#: Images that the forest is trained on, its trees, and images that mutual information is estimated from.
MOST, TREES, MOST_COUNTED = 6000, 60, 20_000
#: The most trees times classes, and the least trees.
MOST_VOTES, FEWEST_TREES = 6000, 6
#: Brightness bins for mutual information.
STEPS = 16


@dataclass(frozen=True, eq=False)
class Importance:
    """Importance of each pixel for the class, as images (h, w, c), reduced in size for large images.

    ``forest`` is the mean decrease in impurity (Breiman 2001), which adds up to 1; ``accuracy`` is the forest's
    out-of-bag accuracy. ``information`` is mutual information with the class in bits; ``entropy`` is the entropy of the
    class. ``pictures`` and ``counted`` are the numbers of images used for the forest and for mutual information.
    """

    forest: np.ndarray
    accuracy: float
    trees: int
    pictures: int
    information: np.ndarray
    entropy: float
    counted: int


def importance(images: Images, *, seed: int = 0, most: int = MOST, trees: int = TREES) -> Importance:
    """Compute both on up to ``most`` and 20,000 images; DataError without two classes of at least two images."""
    from sklearn.ensemble import RandomForestClassifier

    if images.labels is None or (np.bincount(images.labels) > 1).sum() < 2:
        raise DataError("pixel importance needs labels of at least two classes of two images each")
    chosen = spread_over_classes(images.labels, most, seed)
    rows, shape = rows_of(images, chosen)
    # Every leaf of a tree holds a count for each class.
    trees = max(FEWEST_TREES, min(trees, MOST_VOTES // len(np.unique(images.labels))))
    forest = RandomForestClassifier(trees, min_samples_leaf=2, random_state=seed, n_jobs=2, oob_score=True)
    with warnings.catch_warnings():
        # With few images, one may be in every tree's sample and have no out-of-bag vote.
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
    """Return the mutual information of values (m, d), 0…1, with the labels, (d,), and the labels' entropy, in bits.

    Values are put into 16 equal bins; the bias of the estimate is subtracted (Miller 1955), with a minimum of zero.
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
