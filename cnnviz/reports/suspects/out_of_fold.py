"""Out-of-fold class probabilities by a quick classifier."""

from __future__ import annotations

import numpy as np

#: Folds: each is judged by a classifier trained on the others.
FOLDS = 5
#: Random cosine features (Rahimi and Recht 2007), the width parameter of their kernel, and the ridge penalty.
COSINES, NARROW, RIDGE = 1000, 0.3, 0.1
#: Candidate scales of the softmax that turns scores into probabilities; the one with the least cross-entropy is used.
STEEPNESS = (2, 3, 4, 6, 8, 12, 16, 24)
#: Lower limit of a label's probability in the cross-entropy, so that wrong labels do not flatten all probabilities.
FLOOR = 1e-3
AT_ONCE = 4096


def held_out_probabilities(features: np.ndarray, labels: np.ndarray, classes: int, seed: int = 0) -> np.ndarray:
    """Return the probability of each class for each image, float32 (n, k), by classifiers not trained on it.

    Ridge regression from random cosines of ``features`` (n, d) to the classes, once for each of ``FOLDS`` folds; labels
    (n,) are 0…k-1. One pass computes the sums of all folds, so that five classifiers cost little more than one.
    """
    rng = np.random.default_rng(seed)
    count, width = len(features), min(COSINES, len(features)) + 1
    one, two = features[rng.integers(0, count, (2, 2000))]
    apart = max(float(np.median(np.square(one - two).sum(axis=1))), 1e-12)
    directions = (rng.standard_normal((features.shape[1], width - 1)) * np.sqrt(NARROW / apart)).astype(np.float32)
    phases = rng.uniform(0, 2 * np.pi, width - 1).astype(np.float32)
    fold = rng.permutation(count) % FOLDS
    targets = np.eye(classes, dtype=np.float32)

    def cosines(which: np.ndarray) -> np.ndarray:
        waves = np.cos(features[which] @ directions + phases) * np.float32(np.sqrt(2 / (width - 1)))
        return np.concatenate([waves, np.ones((len(which), 1), np.float32)], axis=1)

    products, aims = np.zeros((FOLDS, width, width)), np.zeros((FOLDS, width, classes))
    parts = [(one, which) for one in range(FOLDS) for which in _parts(np.flatnonzero(fold == one))]
    for one_fold, which in parts:
        rows = cosines(which)
        products[one_fold] += rows.T @ rows
        aims[one_fold] += rows.T @ targets[labels[which]]
    all_products, all_aims = products.sum(axis=0) + RIDGE * np.eye(width), aims.sum(axis=0)
    weights = [np.linalg.solve(all_products - products[i], all_aims - aims[i]).astype(np.float32) for i in range(FOLDS)]
    scores = np.zeros((count, classes), np.float32)
    for one_fold, which in parts:
        scores[which] = cosines(which) @ weights[one_fold]
    own = labels[:, None]
    losses = [-np.log(np.take_along_axis(_softmax(scores, steep), own, axis=1) + FLOOR).mean() for steep in STEEPNESS]
    return _softmax(scores, STEEPNESS[int(np.argmin(losses))])


def _parts(which: np.ndarray) -> list[np.ndarray]:
    return [which[i : i + AT_ONCE] for i in range(0, len(which), AT_ONCE)]


def _softmax(scores: np.ndarray, steep: float) -> np.ndarray:
    raised = np.exp((scores - scores.max(axis=1, keepdims=True)) * np.float32(steep))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
