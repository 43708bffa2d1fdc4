"""The range that arrives at the first weights tells the scale, whatever the steps before them are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.models.input_scale.front import front_of
from cnnviz.models.unrolled_graph import graph_of

Steps = Callable[[Any], Any]


def augmentation(x: Any) -> Any:
    for layer in (layers.RandomFlip(), layers.RandomRotation(0.1), layers.RandomZoom(0.1), layers.RandomContrast(0.1)):
        x = layer(x)
    return x


def network(steps: Steps, shape: tuple[int, int, int] = (24, 24, 3)) -> keras.Model:
    start = keras.Input(shape)
    x = layers.Conv2D(4, 3, activation="relu", name="conv")(steps(start))
    return keras.Model(start, layers.Dense(3)(layers.GlobalAveragePooling2D()(x)))


def nested(steps: Steps) -> Steps:
    """The same steps at the front of a model inside a model."""
    inner = keras.Input((24, 24, 3))
    return keras.Model(inner, layers.Conv2D(3, 3)(steps(inner)), name="backbone")


def module(name: str) -> Steps:
    return getattr(keras.applications, name).preprocess_input


MODULES = (
    "densenet inception_resnet_v2 inception_v3 mobilenet mobilenet_v2 nasnet resnet resnet50 resnet_v2 vgg16 vgg19 "
    "xception"
).split()

#: Steps before the first weights, and the scale of the pixels that they take.
FRONTS: dict[str, tuple[Steps, str]] = {
    **{f"{name}.preprocess_input": (module(name), "0-255") for name in MODULES},
    "rescaled": (layers.Rescaling(1 / 255), "0-255"),
    "rescaled to -1": (layers.Rescaling(1 / 127.5, offset=-1), "0-255"),
    "only centered": (layers.Rescaling(1.0, offset=-127.5), "0-255"),
    "only means": (layers.Rescaling(1.0, offset=[-103.939, -116.779, -123.68]), "0-255"),
    "divided": (lambda x: x / 255.0, "0-255"),
    "divided by 256": (lambda x: x / 256.0, "0-255"),
    "standardized": (lambda x: (x - 128.0) / 64.0, "0-255"),
    "unit to bytes": (layers.Rescaling(255.0), "0-1"),
    "unit to bytes to -1": (lambda x: layers.Rescaling(1 / 127.5, -1)(layers.Rescaling(255.0)(x)), "0-1"),
    "unit to -1": (layers.Rescaling(2.0, offset=-1.0), "0-1"),
    "unit centered": (lambda x: x - 0.5, "0-1"),
    "unit by ImageNet": (
        layers.Normalization(mean=[0.485, 0.456, 0.406], variance=[0.229**2, 0.224**2, 0.225**2]),
        "0-1",
    ),
    "signed to bytes": (layers.Rescaling(127.5, offset=127.5), "-1-1"),
    "bytes by their moments": (layers.Normalization(mean=[120.0, 115, 100], variance=[3600.0, 3500, 3400]), "0-255"),
    "augmented": (lambda x: layers.Rescaling(1 / 255)(augmentation(x)), "0-255"),
    "resized and augmented": (lambda x: layers.Rescaling(1 / 255)(augmentation(layers.Resizing(16, 16)(x))), "0-255"),
    "cropped": (lambda x: layers.Rescaling(1 / 127.5, -1)(layers.CenterCrop(16, 16)(x)), "0-255"),
    "padded": (lambda x: layers.ZeroPadding2D(2)(layers.Rescaling(1 / 127.5, -1)(x)), "0-255"),
    "turned about": (lambda x: layers.Permute((3, 1, 2))(x)[:, ::-1] / 255.0, "0-255"),
    "flattened": (lambda x: layers.Reshape((24, 24, 3))(layers.Flatten()(x / 255.0)), "0-255"),
    "lambda": (layers.Lambda(lambda x: x / 127.5 - 1.0), "0-255"),
    "nested": (nested(layers.Rescaling(1 / 127.5, -1)), "0-255"),
    "nested caffe": (nested(module("resnet50")), "0-255"),
}


@pytest.mark.parametrize("name", FRONTS)
def test_the_scale_is_measured(name: str) -> None:
    steps, scale = FRONTS[name]
    found = cnnviz.wrap(network(steps)).scale
    assert (found.name, found.settled) == (scale, True), found.reason


@pytest.mark.parametrize("name", FRONTS)
def test_probabilities_are_those_of_predict_on_its_own_pipeline(name: str) -> None:
    steps, scale = FRONTS[name]
    model = network(steps)
    pixels = np.random.default_rng(1).integers(0, 256, (3, 24, 24, 3), dtype=np.uint8)
    low, high = {"0-255": (0, 255), "0-1": (0, 1), "-1-1": (-1, 1)}[scale]
    expected = model.predict(pixels.astype("float32") / 255 * (high - low) + low, verbose=0)
    np.testing.assert_allclose(cnnviz.wrap(model).logits(cnnviz.Images(pixels)), expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(
    "steps",
    [
        lambda x: x,
        augmentation,
        layers.Rescaling(1.0, 255),
        lambda x: 255.0 / (x + 1.0),
        lambda x: 2.0 * x,
        lambda x: x / 2.0,
        lambda x: x - 1.0,
        lambda x: layers.Conv2D(3, 1)(x) + 3.0,
        layers.Normalization(mean=[0.45, 0.4, 0.38], variance=[0.05, 0.05, 0.06]),
        keras.ops.tanh,
        layers.ReLU(),
        lambda x: keras.ops.clip(x, 0.0, 1.0),
    ],
    ids=(
        "nothing augmentation beyond-255 divisor doubled halved below-0 after-weights either-unit-or-signed "
        "saturated-tanh half-a-relu clipped"
    ).split(),
)
def test_what_shows_no_scale_stays_an_assumption(steps: Steps) -> None:
    assert not cnnviz.wrap(network(steps)).scale.settled


def test_a_range_that_the_first_steps_saturate_is_no_candidate() -> None:
    """Both 0-1 and 0-255 would fill −1 to 1 with a clip, but 0-255 with black and white alone."""
    scale = cnnviz.wrap(network(lambda x: keras.ops.clip(2.0 * x - 1.0, -1.0, 1.0))).scale
    assert (scale.name, scale.settled) == ("0-1", True)


def test_a_front_tells_the_order_of_its_channels() -> None:
    for name, expected in (("resnet50", True), ("mobilenet_v2", False)):
        front = front_of(graph_of(network(module(name))), (24, 24, 3), 3)
        assert front is not None and front.reverses_channels is expected


def test_the_colors_that_arrive_are_those_computed_by_hand() -> None:
    front = front_of(graph_of(network(module("resnet50"))), (24, 24, 3), 3)
    assert front is not None and front.first.path == "conv"
    arrived = front.arriving([[255, 0, 0], [10, 20, 30]])
    np.testing.assert_allclose(arrived, [[-103.939, -116.779, 131.32], [-73.939, -96.779, -113.68]], atol=1e-4)
