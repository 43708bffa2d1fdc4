"""Answers of models that do not exist, with what is known about them."""

from __future__ import annotations

import numpy as np

from cnnviz.core.model_card import ModelCard
from cnnviz.data.images import Images
from cnnviz.features.predictions import Predictions

NAMES = ("cat", "dog", "owl")
#: Predicted 0, 0, 1, 1, 1, 2, 0, 1 for labels 0, 0, 0, 1, 1, 1, 2, 2: no picture is called owl rightly.
LABELS = [0, 0, 0, 1, 1, 1, 2, 2]
SHARES = [
    [0.8, 0.1, 0.1],
    [0.6, 0.3, 0.1],
    [0.2, 0.7, 0.1],
    [0.1, 0.9, 0.0],
    [0.2, 0.5, 0.3],
    [0.1, 0.1, 0.8],
    [0.95, 0.0, 0.05],
    [0.3, 0.4, 0.3],
]


def answers(shares=SHARES, labels=LABELS, names=NAMES, model: str = "m") -> Predictions:
    """Predictions with these probabilities; pictures are of 2×2 pixels."""
    shares = np.asarray(shares, np.float32)
    images = Images(np.zeros((len(shares), 2, 2, 1), np.uint8), None if labels is None else np.asarray(labels), names)
    return Predictions(images, ModelCard(model, "0", (2, 2, 1), names, (), 5), shares)


def drawn(count: int, classes: int, seed: int, temperature: float = 1.0) -> Predictions:
    """Answers whose labels were drawn from softmax(z), by a model that says softmax(z · temperature).

    So its temperature is known: dividing by ``temperature`` is right.
    """
    random = np.random.default_rng(seed)
    scores = random.normal(0, 1.6, (count, classes))

    def softmax(z: np.ndarray) -> np.ndarray:
        grown = np.exp(z - z.max(axis=1, keepdims=True))
        return grown / grown.sum(axis=1, keepdims=True)

    labels = (softmax(scores).cumsum(axis=1) > random.random((count, 1))).argmax(axis=1)
    return answers(softmax(scores * temperature), labels, tuple(f"class {i}" for i in range(classes)))
