"""Small networks of each build that the issue of parity names, trained for seconds on real Fashion-MNIST.

Random weights give near-ties that trained ones do not, and batch norms that normalise nothing; so these have learned.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

import cnnviz
from cnnviz.data.images import Images


def _norm(**options: bool) -> layers.Layer:
    """Statistics that settle within one short epoch."""
    return layers.BatchNormalization(momentum=0.9, **options)


def _convolved(x: keras.KerasTensor, width: int, size: int = 3, stride: int = 1) -> keras.KerasTensor:
    return _norm()(layers.Conv2D(width, size, stride, "same", use_bias=False)(x))


def _ended(start: keras.KerasTensor, x: keras.KerasTensor) -> keras.Model:
    return keras.Model(start, layers.Dense(10, activation="softmax", name="head")(x))


def residual() -> keras.Model:
    """Two blocks, each with a 1×1 convolution on the way around."""
    x = start = keras.Input((28, 28, 1))
    x = layers.ReLU()(_convolved(x, 16, stride=2))
    for width in (24, 32):
        skip = _convolved(x, width, size=1, stride=2)
        x = layers.ReLU()(_convolved(x, width, stride=2))
        x = layers.ReLU()(layers.Add()([_convolved(x, width), skip]))
    return _ended(start, layers.GlobalAveragePooling2D()(x))


def separable() -> keras.Model:
    x = start = keras.Input((28, 28, 1))
    x = layers.Conv2D(16, 3, strides=2, activation="relu")(x)
    x = layers.SeparableConv2D(32, 3, padding="same", depth_multiplier=2, activation="relu")(x)
    x = layers.DepthwiseConv2D(3, strides=2, padding="same", activation="relu")(x)
    x = layers.SeparableConv2D(48, 3, activation="relu")(x)
    return _ended(start, layers.Flatten()(x))


def batch_norm() -> keras.Model:
    """Norms after and before activations, on maps and on units, with and without their factors."""
    x = start = keras.Input((28, 28, 1))
    x = _norm()(x)
    x = layers.ReLU()(_convolved(x, 16, stride=2))
    x = layers.Conv2D(32, 3, activation="relu")(x)
    x = _norm(scale=False)(layers.MaxPooling2D(2)(x))
    x = layers.Activation("elu")(_convolved(x, 32))
    x = _norm()(layers.Dense(64, activation="relu")(layers.Flatten()(x)))
    return _ended(start, layers.Dropout(0.2)(x))


def nested() -> keras.Model:
    """A head on a backbone that holds a model of its own, and a scaling layer before both."""
    block = keras.Sequential(
        [
            keras.Input((None, None, 16)),
            layers.Conv2D(32, 3, name="conv2"),
            layers.LeakyReLU(name="leak"),
            layers.AveragePooling2D(2, name="pool2"),
        ],
        name="block",
    )
    start = keras.Input((None, None, 1))
    backbone = keras.Model(start, block(layers.Conv2D(16, 3, 2, activation="silu", name="conv1")(start)), name="body")
    x = picture = keras.Input((28, 28, 1))
    x = backbone(layers.Rescaling(2.0, offset=-1, name="rescale")(x))
    return _ended(picture, layers.Flatten()(x))


def mlp() -> keras.Model:
    x = start = keras.Input((28, 28))
    x = layers.Dense(128, activation="relu")(layers.Flatten()(x))
    return _ended(start, layers.Dense(64, activation="tanh")(x))


BUILDERS = {build.__name__: build for build in (residual, separable, batch_norm, nested, mlp)}


def trained(name: str, pictures: Images) -> cnnviz.Probe:
    """Build one by name and train it for one epoch; the same seed, so much the same network each time."""
    keras.utils.set_random_seed(4)
    model = BUILDERS[name]()
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
    pixels = pictures.pixels.astype(np.float32).reshape(-1, *model.input_shape[1:]) / 255
    model.fit(pixels, pictures.labels, batch_size=64, epochs=1, verbose=0)
    return cnnviz.wrap(model, scale="0-1")
