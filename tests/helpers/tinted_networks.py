"""Small color networks trained for seconds on tinted garments, at any scale of their pixels."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import keras
import numpy as np
from keras import layers

import cnnviz
from cnnviz.models.input_scale.scale import Scale


def plain(x):
    """No normalization, so that only labels tell the scale."""
    x = layers.Conv2D(8, 5, strides=2, activation="relu")(x)
    x = layers.Conv2D(16, 3, strides=2, activation="relu")(x)
    return layers.Flatten()(x)


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


#: Networks with BatchNormalizations.
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
def trained(kind: str, scale: str, seed: int = 3) -> keras.Model:
    """A network trained at a named scale."""
    return trained_on(Scale(scale, "given"), kind, seed)


def trained_on(prepare: Callable[[cnnviz.Images], np.ndarray], kind: str, seed: int = 3) -> keras.Model:
    """A network trained on what a function makes of the images."""
    keras.utils.set_random_seed(seed)
    start = keras.Input((28, 28, 3))
    model = keras.Model(start, layers.Dense(10, "softmax")((KINDS | {"plain": plain})[kind](start)))
    model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    images, _ = tinted()
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.9
    model.fit(prepare(images), images.labels, batch_size=32, epochs=3, verbose=0)
    return model
