"""Networks of others to begin with: what they end in, what they take, and how."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import pytest
from keras import layers

from cnnviz.core.errors import ModelError
from cnnviz.models.open import wrap
from cnnviz.training.precision import built_in
from cnnviz.training.resolve_network import chosen_network
from tests.helpers.bright_squares import bright_squares

FLAT = layers.Flatten


def theirs(*stack: layers.Layer, shape: Sequence[int] = (10, 10, 1)) -> keras.Model:
    keras.utils.set_random_seed(2)
    return keras.Sequential([keras.Input(shape), *stack])


def ours(model: keras.Model, classes: int = 3) -> keras.Model:
    return chosen_network(transfer=model).build((10, 10, 1), classes)


@pytest.fixture(scope="module")
def unit_pixels() -> np.ndarray:
    return bright_squares(6).pixels / np.float32(255)


def test_scores_get_a_softmax(unit_pixels: np.ndarray) -> None:
    model = theirs(FLAT(), layers.Dense(5, "relu"), layers.Dense(3))
    np.testing.assert_allclose(ours(model)(unit_pixels), keras.ops.softmax(model(unit_pixels)), atol=1e-6)
    apart = theirs(FLAT(), layers.Dense(3), layers.Softmax())
    np.testing.assert_allclose(ours(apart)(unit_pixels), apart(unit_pixels), atol=1e-6)


def test_it_is_called_as_the_other() -> None:
    # A run folder's model is named by this, on pages too.
    model = theirs(FLAT(), layers.Dense(3, "softmax"))
    made = chosen_network(transfer=model)
    assert made.name == made.settings["network"] == model.name and len(made.settings["transfer"]) == 16


def test_its_layers_compute_as_they_are_asked_to(unit_pixels: np.ndarray) -> None:
    inner = theirs(layers.Conv2D(4, 3, activation="relu", name="deep"), FLAT())
    model = theirs(inner, layers.Dense(5, "relu"), layers.Dense(3, "softmax"))
    inner.trainable = False
    with built_in("bfloat16"):
        made = ours(model)
    deep = made.layers[0].get_layer("deep")
    assert {deep.compute_dtype, *(layer.compute_dtype for layer in made.layers[1:])} == {"bfloat16"}
    assert deep.kernel.dtype == "float32" and made.inputs[0].dtype == "float32"
    assert deep.trainable and len(made.trainable_variables) == 6
    np.testing.assert_allclose(np.asarray(made(unit_pixels), np.float32), model(unit_pixels), atol=0.02)


class Peculiar(layers.Layer):
    """Wants what others leave out, and calls its own numbers as Keras calls its layers."""

    def __init__(self, dtype, depth: int = 2, **options) -> None:
        super().__init__(dtype=dtype, **options)
        self.depth = depth

    def call(self, inputs):
        return self.depth * inputs

    def get_config(self):
        return {**super().get_config(), "depth": self.depth, "layers": self.depth}

    @classmethod
    def from_config(cls, config):
        config.pop("layers")
        return cls(**config)


def test_operations_and_layers_of_others_are_built_as_they_are(unit_pixels: np.ndarray) -> None:
    inputs = keras.Input((10, 10, 1))
    cast = keras.ops.cast(Peculiar("float32", name="peculiar")(inputs), "float32")
    model = keras.Model(inputs, layers.Dense(3, "softmax")(FLAT()(cast)))
    np.testing.assert_allclose(ours(model)(unit_pixels), model(unit_pixels), atol=1e-6)
    with built_in("bfloat16"):
        made = ours(model)
    assert made.get_layer("peculiar").compute_dtype == "bfloat16"


def test_one_sigmoid_becomes_two_classes(unit_pixels: np.ndarray) -> None:
    model = theirs(FLAT(), layers.Dense(5, "relu"), layers.Dense(1, "sigmoid"))
    np.testing.assert_allclose(np.sum(ours(model, 2)(unit_pixels), axis=1), 1, atol=1e-6)


def test_pictures_without_an_axis_of_channels(unit_pixels: np.ndarray) -> None:
    model = theirs(FLAT(), layers.Dense(3, "softmax"), shape=(10, 10))
    np.testing.assert_allclose(ours(model)(unit_pixels), model(unit_pixels[..., 0]), atol=1e-6)


def test_a_network_that_scales_by_itself_is_fed_as_all_are(unit_pixels: np.ndarray) -> None:
    model = theirs(layers.Rescaling(1 / 255), FLAT(), layers.Dense(3, "softmax"))
    np.testing.assert_allclose(ours(model)(unit_pixels), model(255 * unit_pixels), atol=1e-5)


def test_what_cannot_be_fed_or_ended_so_is_refused() -> None:
    with pytest.raises(ModelError, match=r"takes pixels as 0-255, .* give a network to transfer"):
        ours(wrap(theirs(FLAT(), layers.Dense(3, "softmax")), scale="0-255"))
    with pytest.raises(ModelError, match=r"ends in 'squashed', which is not a softmax"):
        ours(theirs(FLAT(), layers.Dense(3), layers.Activation("sigmoid", name="squashed")))
    with pytest.raises(ModelError, match=r"takes images of \(9, 9\)"):
        ours(theirs(FLAT(), layers.Dense(3, "softmax"), shape=(9, 9)))
