"""Example images: the first of each class."""

from __future__ import annotations

import numpy as np

from cnnviz.data.images import Images

#: Images shown per class.
EXAMPLES = 10
#: The most classes with examples; of more classes, those with the most images.
MOST_CLASSES = 60


def examples_of(images: Images) -> Images:
    """Return up to ten images of each class, class by class; of an unlabeled set, ten at equal steps."""
    if images.labels is None or not images.class_names:
        return images.take(np.unique(np.linspace(0, len(images) - 1, EXAMPLES).round().astype(np.int64)))
    counts = np.bincount(images.labels, minlength=len(images.class_names))
    shown = np.sort(np.argsort(-counts, kind="stable")[:MOST_CLASSES])
    order = np.argsort(images.labels, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)])
    return images.take(np.concatenate([order[starts[k] : starts[k] + min(EXAMPLES, counts[k])] for k in shown]))
