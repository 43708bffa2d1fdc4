"""Small networks of every build that cnnviz must open, with random weights from a seed."""

from __future__ import annotations

import keras
from keras import layers


def sequential(activation: str = "softmax") -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 3, activation="relu", name="conv1"),
            layers.MaxPooling2D(2, name="pool1"),
            layers.Conv2D(8, 3, strides=2, padding="same", name="conv2"),
            layers.ReLU(name="relu2"),
            layers.Dropout(0.5, name="dropout"),
            layers.Flatten(name="flatten"),
            layers.Dense(10, activation=activation, name="head"),
        ],
        name="sequential",
    )


def residual() -> keras.Model:
    x = start = keras.Input((28, 28, 1), name="picture")
    x = layers.Conv2D(8, 3, padding="same", use_bias=False, name="stem")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = skip = layers.Activation("relu", name="relu")(x)
    x = layers.Conv2D(8, 3, padding="same", activation="relu", name="a")(x)
    x = layers.Conv2D(8, 3, padding="same", name="b")(x)
    x = layers.Add(name="add")([x, skip])
    x = layers.ReLU(name="out")(x)
    y = layers.AveragePooling2D(2, name="left")(x)
    z = layers.MaxPooling2D(2, name="right")(x)
    x = layers.Concatenate(name="both")([y, z])
    x = layers.GlobalAveragePooling2D(name="gap")(x)
    x = layers.Dense(10, name="scores")(x)
    return keras.Model(start, layers.Softmax(name="softmax")(x), name="residual")


def nested() -> keras.Model:
    """A head on a backbone that holds a model of its own: two levels down."""
    inner = keras.Sequential(
        [
            keras.Input((None, None, 4)),
            layers.Conv2D(5, 3, activation="relu", name="conv2"),
            layers.MaxPooling2D(2, name="pool2"),
        ],
        name="block",
    )
    start = keras.Input((None, None, 1))
    x = layers.Conv2D(4, 3, activation="relu", name="conv1")(start)
    backbone = keras.Model(start, inner(x), name="backbone")
    x = picture = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 255, name="rescale")(x)
    x = backbone(x)
    x = layers.Flatten(name="flatten")(x)
    return keras.Model(picture, layers.Dense(10, activation="softmax", name="head")(x), name="nested")


def colour() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.SeparableConv2D(6, 3, activation="relu", name="sep"),
            layers.DepthwiseConv2D(3, dilation_rate=2, name="depth"),
            layers.LayerNormalization(name="norm"),
            layers.GlobalMaxPooling2D(name="gmp"),
            layers.Dense(7, activation="softmax", name="head"),
        ],
        name="colour",
    )


def shared() -> keras.Model:
    """One convolution used twice."""
    x = start = keras.Input((28, 28, 1))
    twice = layers.Conv2D(1, 3, padding="same", activation="tanh", name="twice")
    x = twice(twice(x))
    x = layers.Flatten(name="flatten")(x)
    return keras.Model(start, layers.Dense(10, activation="softmax", name="head")(x), name="shared")


def mlp() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(name="flatten"),
            layers.Dense(16, activation="relu", name="hidden"),
            layers.Dense(10, activation="softmax", name="head"),
        ],
        name="mlp",
    )


def sigmoids(units: int = 10) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(12, activation="tanh", name="hidden"),
            layers.Dense(units, activation="sigmoid", name="head"),
        ],
        name="sigmoids",
    )


BUILDERS = {f.__name__: f for f in (sequential, residual, nested, colour, shared, mlp, sigmoids)}


def make(name: str, seed: int = 0) -> keras.Model:
    """Build one by name, with every weight drawn anew."""
    keras.utils.set_random_seed(seed)
    return redrawn(BUILDERS[name](), seed)


def redrawn(model: keras.Model, seed: int = 0) -> keras.Model:
    """Give every weight a new value, so that biases and moving statistics are not at their neutral start."""
    import numpy as np

    rng = np.random.default_rng(seed)
    for variable in model.weights:
        if "seed" in variable.name:
            continue
        spread = 1.5 / np.sqrt(np.prod(variable.shape[:-1])) if len(variable.shape) > 1 else 0.3
        drawn = rng.normal(0, spread, variable.shape)
        variable.assign(np.abs(drawn) + 0.5 if "variance" in variable.name else drawn)
    return model


def plainly(kind: str) -> layers.Layer:
    """Build a layer by its class name, with the least that the ones of cnnviz.models.inactive_layers ask for."""
    needed = {
        "GaussianNoise": {"stddev": 0.5},
        "RandomPosterization": {"factor": 4},
        "RandomZoom": {"height_factor": 0.2},
    }
    needed["RandomTranslation"] = {"height_factor": 0.2, "width_factor": 0.2}
    for name in "AlphaDropout Dropout GaussianDropout SpatialDropout2D".split():
        needed[name] = {"rate": 0.5}
    for name in "Brightness ColorDegeneration Contrast Hue Rotation Saturation Sharpness".split():
        needed[f"Random{name}"] = {"factor": 0.5}
    return getattr(layers, kind)(**needed.get(kind, {}))
