"""The moments that BatchNormalizations recorded in training tell the scale of unlabeled images."""

from __future__ import annotations

from functools import cache

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.models.input_scale.scale import SCALES, Scale
from tests.helpers.sweeps import sweep


def convolutions(x):
    for width in (8, 16):
        x = layers.Activation("relu")(
            layers.BatchNormalization()(layers.Conv2D(width, 3, strides=2, use_bias=False)(x))
        )
    return layers.GlobalAveragePooling2D()(x)


def late(x):
    x = layers.Conv2D(8, 5, strides=2, activation="relu")(x)
    x = layers.BatchNormalization()(layers.Conv2D(16, 3, strides=2)(x))
    return layers.GlobalAveragePooling2D()(layers.Activation("relu")(x))


def first(x):
    x = layers.Conv2D(8, 3, strides=2, activation="relu")(layers.BatchNormalization()(x))
    return layers.Flatten()(layers.MaxPooling2D()(x))


def depthwise(x):
    x = layers.BatchNormalization()(layers.Conv2D(8, 3, strides=2, padding="same")(x))
    x = layers.BatchNormalization()(layers.DepthwiseConv2D(3, activation="relu")(layers.ReLU(6.0)(x)))
    return layers.GlobalAveragePooling2D()(layers.Conv2D(16, 1, activation="relu")(x))


def residual(x):
    x = layers.BatchNormalization()(layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(x))
    y = layers.BatchNormalization()(layers.Conv2D(8, 3, padding="same")(x))
    return layers.GlobalAveragePooling2D()(layers.ReLU()(layers.add([x, y])))


KINDS = {body.__name__: body for body in (convolutions, late, first, depthwise, residual)}


@cache
def tinted() -> tuple[cnnviz.Images, cnnviz.Images]:
    """Garments on a noisy ground, tinted warm: 800 to train on and 200 others."""
    sample, rng = cnnviz.open_images("sample"), np.random.default_rng(5)
    order = rng.permutation(len(sample))
    tints = rng.uniform(0.3, 1.0, (len(sample), 1, 1, 3)) * (1.0, 0.75, 0.5)
    ground = rng.uniform(0, 60, (len(sample), 28, 28, 3))
    pixels = np.maximum(sample.pixels * tints, ground).astype(np.uint8)
    images = cnnviz.Images(pixels, sample.labels, sample.class_names)
    return images.take(order[:800]), images.take(order[800:])


@cache
def trained(kind: str, scale: str) -> keras.Model:
    keras.utils.set_random_seed(3)
    start = keras.Input((28, 28, 3))
    model = keras.Model(start, layers.Dense(10, "softmax")(KINDS[kind](start)))
    model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    images, _ = tinted()
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.9
    model.fit(Scale(scale, "given")(images), images.labels, batch_size=32, epochs=3, verbose=0)
    return model


CASES = [(kind, scale) for kind in KINDS for scale in SCALES]
FIRST = [
    ("convolutions", "0-255"),
    ("late", "imagenet-caffe"),
    ("first", "-1-1"),
    ("residual", "0-1"),
    ("depthwise", "imagenet-torch"),
]


@pytest.mark.parametrize("case", sweep(CASES, *FIRST), ids=" ".join)
def test_unlabeled_images_tell_the_scale(case: tuple[str, str]) -> None:
    kind, scale = case
    _, others = tinted()
    probe, _ = cnnviz.wrap(trained(kind, scale)).align(cnnviz.Images(others.pixels))
    assert (probe.scale.name, probe.scale.settled) == (scale, True), probe.scale.reason
