"""Scores are taken before the last softmax or sigmoid, whatever form it has."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import ModelError, UsageError
from cnnviz.data.images import Images
from tests.helpers import zoo

PIXELS = np.random.default_rng(0).integers(0, 256, (5, 28, 28, 1), dtype=np.uint8)


def functional(*ends: layers.Layer) -> keras.Model:
    start = keras.Input((28, 28, 1))
    x = layers.Flatten()(start)
    for end in ends:
        x = end(x)
    return keras.Model(start, x)


@pytest.mark.parametrize(
    "ends",
    [
        lambda: [layers.Dense(10, activation="softmax", name="last")],
        lambda: [layers.Dense(10, name="last"), layers.Softmax()],
        lambda: [layers.Dense(10, name="last"), layers.Activation("softmax")],
        lambda: [layers.Dense(10, name="last"), keras.ops.softmax],
        lambda: [layers.Dense(10, name="last"), layers.Softmax(), layers.Dropout(0.5)],
        lambda: [layers.Dense(10, name="last"), layers.Softmax(), layers.Reshape((1, 10)), layers.Flatten()],
        lambda: [layers.Dense(10, activation="sigmoid", name="last")],
        lambda: [layers.Dense(10, name="last"), layers.Activation("sigmoid")],
        lambda: [layers.Dense(10, name="last")],
        lambda: [layers.Dense(10, activation="softmax"), layers.Dense(10, name="last")],
    ],
    ids="fused layer activation op dropout reshape sigmoid sigmoid-layer linear softmax-inside".split(),
)
def test_logits_are_the_last_dense_layers_sums(ends) -> None:
    model = functional(*ends())
    probe = cnnviz.wrap(model)
    assert probe.card.score == "logits"
    dense = model.get_layer("last")
    before = keras.Model(model.input, dense.input)(np.float32(PIXELS / 255))
    sums = np.asarray(before) @ np.asarray(dense.kernel) + np.asarray(dense.bias)
    np.testing.assert_allclose(probe.logits(Images(PIXELS)), sums, atol=1e-5)


def test_a_tap_on_the_head_shows_what_the_layer_puts_out_beside_the_logits() -> None:
    model = functional(layers.Dense(10, activation="softmax", name="last"), layers.Reshape((10, 1), name="after"))
    probe = cnnviz.wrap(model)
    _, logits, tapped = next(probe.stream(Images(PIXELS), ["last", "after"]))
    np.testing.assert_allclose(tapped["last"].sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(tapped["after"][..., 0], tapped["last"], atol=1e-7)
    assert logits.min() < 0


def test_a_saturated_softmax_still_has_a_live_gradient() -> None:
    model = functional(layers.Dense(10, activation="softmax", name="last"))
    model.get_layer("last").kernel.assign(np.random.default_rng(0).normal(0, 500, (784, 10)))
    probe = cnnviz.wrap(model)
    assert probe.probabilities(Images(PIXELS)).max(axis=1).min() > 0.999999
    assert np.abs(probe.gradients(Images(PIXELS))).max() > 1


def test_one_sigmoid_unit_is_two_classes() -> None:
    model = zoo.sigmoids(units=1)
    probe = cnnviz.wrap(model, class_names=["no", "yes"])
    images = Images(PIXELS)
    yes = model.predict(probe.inputs(images), verbose=0)[:, 0]
    np.testing.assert_allclose(probe.probabilities(images), np.stack([1 - yes, yes], axis=1), atol=1e-6)
    logits = probe.logits(images)
    np.testing.assert_allclose(logits[:, 0], -logits[:, 1], rtol=1e-6)


def test_an_end_that_cannot_be_undone_is_called_probabilities() -> None:
    probe = cnnviz.wrap(functional(layers.Dense(10, activation="hard_sigmoid", name="last")))
    assert probe.card.score == "probabilities"


@pytest.mark.parametrize(
    "ends",
    [
        lambda: [layers.Dense(10, activation="relu")],
        lambda: [layers.Dense(10, activation="tanh")],
        lambda: [layers.Dense(10), layers.LeakyReLU()],
        lambda: [layers.Dense(10), layers.Activation("elu")],
        lambda: [layers.Dense(10), keras.ops.log_softmax],
        lambda: [layers.Dense(10, activation="log_softmax")],
    ],
    ids="relu tanh layer elu log-op log".split(),
)
def test_numbers_that_are_no_probabilities_are_not_given_as_such(ends) -> None:
    model = functional(*ends())
    images = Images(PIXELS)
    probe = cnnviz.wrap(model, scale="0-1")
    given = np.exp(np.asarray(model(np.float32(PIXELS / 255))))
    assert probe.card.score == "logits"
    np.testing.assert_allclose(probe.probabilities(images), given / given.sum(axis=1, keepdims=True), atol=1e-6)


def test_an_output_that_is_a_picture_has_no_scores() -> None:
    start = keras.Input((28, 28, 1))
    probe = cnnviz.wrap(keras.Model(start, layers.Conv2D(3, 3)(start)))
    assert probe.card.head == "none" and probe.card.output_shape == (26, 26, 3)
    with pytest.raises(UsageError, match="the output is a map of 26×26×3"):
        probe.probabilities(Images(PIXELS))
    with pytest.raises(ModelError, match="the model's output is its input"):
        cnnviz.wrap(keras.Model(start, start))
