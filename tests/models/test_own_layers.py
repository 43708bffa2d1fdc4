"""Layers of a user's own are run as they are: nothing is concluded from a name or an attribute that they have."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import cnnviz
from cnnviz.core.errors import ModelError
from tests.helpers.zoo_probes import pictures_for


class MaxPooling2D(layers.MaxPooling2D):
    """Takes the lowest instead, under the name of Keras' own layer."""

    def call(self, x):
        return -super().call(-x)


class Renamed(layers.Dense):
    """Keras' own layer, under another name."""


class OwnDense(layers.Layer):
    """Multiplies, and applies what it holds as ``activation``."""

    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units, self.activation = units, keras.activations.get(activation)

    def build(self, shape):
        self.kernel_of_mine = self.add_weight(shape=(shape[-1], self.units))
        self.built = True

    def call(self, x):
        return self.activation(keras.ops.matmul(x, self.kernel_of_mine))


class Block(OwnDense):
    """Applies its activation before it multiplies, and adds what came in."""

    def call(self, x):
        return x + keras.ops.matmul(self.activation(x), self.kernel_of_mine)


class Larger(layers.Layer):
    """Maps whose extents only a run tells."""

    def call(self, x):
        return tf.image.resize(x, (tf.shape(x)[1] + 1, tf.shape(x)[2]))

    def compute_output_shape(self, shape):
        return (shape[0], None, None, shape[3])


def probe_of(*between: layers.Layer, end: layers.Layer | None = None) -> cnnviz.Probe:
    keras.utils.set_random_seed(1)
    x = start = keras.Input((12, 12, 1))
    for one in between:
        x = one(x)
    return cnnviz.wrap(keras.Model(start, (end or layers.Dense(3))(x)), scale="0-1")


def own_gradient(probe: cnnviz.Probe, inputs: np.ndarray, index: int) -> np.ndarray:
    x = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(x)
        score = probe.model(x)[:, index]
    return tape.gradient(score, x).numpy()


@pytest.mark.parametrize(
    "between",
    [
        lambda: (layers.Conv2D(3, 3, activation="relu"), MaxPooling2D(), layers.Flatten()),
        lambda: (
            Larger(),
            layers.MaxPooling2D(),
            layers.Conv2D(3, 3),
            layers.MaxPooling2D(3),
            layers.GlobalAveragePooling2D(),
        ),
    ],
    ids=["a name of Keras", "extents known in a run"],
)
def test_gradients_through_pools_are_the_models_own(between: Callable[[], tuple[layers.Layer, ...]]) -> None:
    # A layer draws the seed of its weights when it is made: made on import it was another in each session, and in one
    # of fifteen every unit was shut.
    keras.utils.set_random_seed(1)
    probe = probe_of(*between())
    images = pictures_for(probe, 3)
    own = own_gradient(probe, probe.inputs(images), 1)
    assert own.any()
    np.testing.assert_allclose(probe.gradients(images, 1), own, atol=1e-6)


def test_a_layer_under_a_name_of_keras_says_whose_it_is_and_has_no_rule() -> None:
    probe = probe_of(layers.Conv2D(3, 3), MaxPooling2D(name="pool"), layers.Flatten())
    assert probe.layer("pool").kind == f"MaxPooling2D of {__name__}"
    with pytest.raises(ModelError, match="no rule for pool"):
        cnnviz.attribute(probe, pictures_for(probe, 1), "lrp")


@pytest.mark.parametrize("width", [3, 5])
def test_an_end_of_a_users_own_is_not_taken_apart(width: int) -> None:
    probe = probe_of(layers.Flatten(), layers.Dense(width), end=OwnDense(3, "softmax"))
    images = pictures_for(probe, 4)
    np.testing.assert_allclose(probe.probabilities(images), probe.model(probe.inputs(images)), atol=1e-6)
    assert probe.runner.head.score == "probabilities"


def test_a_class_that_inherits_what_it_does_is_taken_apart() -> None:
    probe = probe_of(layers.Flatten(), end=Renamed(3, activation="softmax"))
    images = pictures_for(probe, 4)
    assert probe.runner.head.score == "logits"
    np.testing.assert_allclose(probe.probabilities(images), probe.model(probe.inputs(images)), atol=1e-6)
    assert (probe.logits(images) < 0).any()


def test_rectifiers_within_are_left_and_named() -> None:
    probe = probe_of(
        layers.Flatten(), layers.Dense(6), Block(6, "relu", name="block"), layers.Dense(4, "relu", name="d")
    )
    images = pictures_for(probe, 3)
    made = cnnviz.attribute(probe, images, "guided-backprop")
    np.testing.assert_allclose(made.scores, probe.logits(images).max(axis=1), rtol=1e-6)
    assert made.how.notes[0] == "gradients modified at 1 ReLU activation: d; not inside custom layers block"
