"""A network whose normalisation is folded in answers as before, without those layers."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from cnnviz.core.errors import ModelError
from cnnviz.training.architectures import fmnist_cnn
from cnnviz.training.architectures.named import architecture
from cnnviz.training.fold_batchnorm import folded
from cnnviz.training.layer_text import build_from_words
from tests.helpers.zoo import redrawn


def test_the_same_answers_from_the_layers_that_are_left() -> None:
    words = "conv 5 3x3, bn, relu, pool 2, conv 7 3x3, bn, relu, dropout 0.3, flatten, dense 6 relu, dense 4"
    model = redrawn(build_from_words(words, (12, 11, 2), 4, "net"))
    plain = folded(model)
    names = ["conv1", "pool1", "conv2", "dropout", "flatten", "dense1", "predictions"]
    assert [layer.name for layer in plain.layers] == names and plain.name == "net"
    assert plain.get_layer("conv1").activation is keras.activations.relu
    pixels = np.random.default_rng(0).random((9, 12, 11, 2), dtype=np.float32)
    np.testing.assert_allclose(plain(pixels), model(pixels, training=False), atol=1e-6)
    # Each convolution is what the normalised and rectified one was.
    inner = keras.Model(model.inputs[0], [model.get_layer("relu1").output, model.get_layer("relu2").output])
    ours = keras.Model(plain.inputs[0], [plain.get_layer("conv1").output, plain.get_layer("conv2").output])
    for one, other in zip(ours(pixels), inner(pixels, training=False), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_the_default_network_folded_is_the_notebooks() -> None:
    trained = architecture("fmnist-cnn").model((28, 28, 1), 10)
    plain, notebooks = folded(trained), fmnist_cnn()
    assert plain.count_params() == notebooks.count_params() == 185_866
    for ours, theirs in zip(plain.layers, notebooks.layers, strict=True):
        one, other = (layer.get_config() for layer in (ours, theirs))
        assert ours.name == theirs.name and one.get("activation") == other.get("activation")
        assert ours.output.shape == theirs.output.shape and one.get("rate") == other.get("rate")


@pytest.mark.parametrize("without", [{"center": False}, {"scale": False}, {}])
def test_without_a_bias_a_centre_or_a_scale(without: dict[str, bool]) -> None:
    model = redrawn(
        keras.Sequential(
            [
                keras.Input((6, 6, 1)),
                layers.Conv2D(3, 3, use_bias=False),
                layers.BatchNormalization(**without),
                layers.Flatten(),
                layers.Dense(5),
                layers.BatchNormalization(),
                layers.Dense(2, activation="softmax"),
            ]
        )
    )
    plain = folded(model)
    assert len(plain.layers) == 4
    pixels = np.random.default_rng(0).random((4, 6, 6, 1), dtype=np.float32)
    np.testing.assert_allclose(plain(pixels), model(pixels, training=False), atol=1e-5)


def test_a_normalisation_after_something_else_is_refused() -> None:
    model = build_from_words("conv 3 relu, bn, flatten, dense 2", (8, 8, 1), 2)
    with pytest.raises(ModelError, match="bn does not follow a convolution or a dense layer without activation"):
        folded(model)
