"""A network whose scores are a weighted sum of the pixels, so that every metric of its maps is known."""

from __future__ import annotations

import numpy as np

import cnnviz
from cnnviz.metrics.explained import Explained

SIDE = 6


def linear_probe(weights: np.ndarray, bias: float = 0.0) -> cnnviz.Probe:
    """Return a network of two classes; the logit of the second is Σ weights · pixels + bias."""
    from keras import Sequential, layers

    net = Sequential([layers.Input((SIDE, SIDE, 1)), layers.Flatten(), layers.Dense(2)])
    both = np.stack([np.zeros(SIDE * SIDE), weights.ravel()], axis=1)
    net.layers[-1].set_weights([both.astype(np.float32), np.array([0.0, bias], np.float32)])
    return cnnviz.wrap(net, scale="0-1", head="softmax", background="dark")


def case_of(maps: np.ndarray, weights: np.ndarray, pixels: np.ndarray, bias: float = 0.0, seed: int = 0) -> Explained:
    """Return images, uint8 (n, side, side), with maps of the second class's logit."""
    images = cnnviz.Images(pixels[..., None])
    return Explained(linear_probe(weights, bias), images, np.ones(len(pixels), np.int64), maps, seed=seed)


def drawn(count: int = 5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return weights (side, side) and images."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(SIDE, SIDE)), rng.integers(1, 256, (count, SIDE, SIDE), dtype=np.uint8)
