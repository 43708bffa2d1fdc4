"""Networks that relevance is led through, and what must hold of it on every one."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.attribution.lrp import LRP, LRPEpsilon, LRPZPlus, conservation
from cnnviz.attribution.lrp.propagation import Propagation
from cnnviz.core.targets import PREDICTED
from cnnviz.data.images import Images
from tests.helpers.zoo import redrawn

METHODS = [LRPEpsilon(), LRPEpsilon(0.05), LRPZPlus(), LRP(), LRP(first="flat"), LRP(first="same")]
each_method = pytest.mark.parametrize("method", METHODS, ids=str)


def as_they_are(pixels: np.ndarray) -> np.ndarray:
    return pixels


def row(*values: float) -> Images:
    """One picture of one line."""
    return Images(np.float32(values).reshape(1, 1, -1, 1))


def by_hand(scale: object = as_they_are) -> cnnviz.Probe:
    """Two inputs, two hidden units: x = (1, 2) gives h = (6, 1) and logits (10, 1)."""
    start = keras.Input((1, 2, 1))
    x = layers.Flatten()(start)
    x = layers.Dense(2, activation="relu", name="hidden")(x)
    model = keras.Model(start, layers.Dense(2, activation="softmax", name="head")(x))
    model.set_weights([np.float32(w) for w in ([[1, -1], [2, 1]], [1, 0], [[2, 0], [-3, 1]], [1, 0])])
    return cnnviz.wrap(model, scale=scale)


def drawn(model: keras.Model, seed: int = 0, scale: object = "0-1") -> cnnviz.Probe:
    """A network whose weights are drawn anew."""
    return cnnviz.wrap(redrawn(model, seed), scale=scale)


def ended(x: keras.KerasTensor, start: keras.KerasTensor) -> keras.Model:
    return keras.Model(start, layers.Dense(4, activation="softmax", name="head")(layers.Flatten()(x)))


def check(probe: cnnviz.Probe, images: Images, method: Propagation, target: object = PREDICTED) -> None:
    """What arrives at each layer is what it hands on, and what its biases and its stabilizer keep; so is the whole."""
    rows = conservation(probe, images, target, method)
    for one in rows:
        most = np.abs(one.arrived) + np.abs(one.biases) + 1e-6
        assert (np.abs(one.missing) <= 1e-4 * most).all(), (one.path, one.arrived, one.missing)
    scores = probe.value_and_gradients(images, target).scores
    np.testing.assert_allclose(rows[0].arrived, scores, rtol=1e-5)
    maps = method(probe, images, target).values
    kept = sum(one.biases + one.stabilizer for one in rows)
    most = np.abs(maps).sum(axis=(1, 2, 3)) + np.abs(scores)
    assert (np.abs(maps.sum(axis=(1, 2, 3)) + kept - scores) <= 1e-3 * most).all()


def rectified(use_bias: bool) -> cnnviz.Probe:
    start = keras.Input((12, 12, 3))
    x = layers.Conv2D(6, 3, activation="relu", use_bias=use_bias, name="conv1")(start)
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = skip = layers.Conv2D(6, 3, padding="same", use_bias=use_bias, name="conv2")(x)
    x = layers.Add()([layers.ReLU()(x), skip])
    x = layers.AveragePooling2D(2, padding="same")(x)
    x = layers.Dense(8, activation="relu", use_bias=use_bias, name="dense")(layers.Flatten()(x))
    return drawn(keras.Model(start, layers.Dense(4, use_bias=use_bias, activation="softmax", name="head")(x)))
