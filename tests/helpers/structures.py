"""Networks of many structures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import layers

GREY, COLOUR = (28, 28, 1), (32, 32, 3)


def chain(shape: tuple[int, ...], *stack: layers.Layer) -> keras.Model:
    return keras.Sequential([keras.Input(shape), *stack])


def small(*ends: layers.Layer) -> keras.Model:
    return chain(GREY, layers.Conv2D(3, 5, strides=3, activation="relu"), layers.Flatten(), *ends)


def graph(shape: tuple[int, ...], body: Callable[[Any], Any]) -> keras.Model:
    start = keras.Input(shape)
    return keras.Model(start, body(start))


def branches() -> keras.Model:
    def body(x: Any) -> Any:
        left, right = (layers.Conv2D(4, 3, padding="same", activation=end)(x) for end in ("relu", "tanh"))
        x = layers.Concatenate()([layers.Add()([left, right]), layers.Multiply()([left, right]), x])
        x = layers.Concatenate(axis=-1)([layers.Maximum()([x, x]), layers.Average()([x, x])])
        return layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x))

    return graph(GREY, body)


def shared() -> keras.Model:
    twice = layers.Conv2D(4, 3, padding="same", activation="relu")
    return graph(
        GREY,
        lambda x: layers.Dense(10, activation="softmax")(layers.Flatten()(twice(twice(layers.Conv2D(4, 1)(x))))),
    )


def two_deep() -> keras.Model:
    """A head on a backbone that holds a block: a frozen one, as transfer learning leaves it."""
    inner = keras.Sequential(
        [keras.Input((30, 30, 4)), layers.Conv2D(5, 3, name="deep"), layers.BatchNormalization()], name="block"
    )
    start = keras.Input(COLOUR)
    backbone = keras.Model(start, inner(layers.Conv2D(4, 3, activation="relu")(start)), name="backbone")
    backbone.trainable = False
    return graph(COLOUR, lambda x: layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(backbone(x))))


def backbone_first() -> keras.Model:
    body = graph(COLOUR, lambda x: layers.BatchNormalization()(layers.Conv2D(4, 3, activation="relu")(x)))
    return keras.Sequential([keras.Input(COLOUR), body, layers.Flatten(), layers.Dense(5, activation="softmax")])


def augmented() -> keras.Model:
    return chain(
        COLOUR,
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.1),
        layers.RandomZoom(0.1),
        layers.Rescaling(1 / 255),
        layers.Conv2D(4, 3, activation="relu", name="conv"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(5, activation="softmax"),
    )


def normalized() -> keras.Model:
    scaled = layers.Normalization(axis=-1)
    scaled.adapt(np.random.default_rng(0).uniform(0, 255, (20, *COLOUR)).astype(np.float32))
    return chain(COLOUR, scaled, layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(5, activation="softmax"))


def odd_activations() -> keras.Model:
    kinds = [layers.ReLU(6.0), layers.LeakyReLU(0.1), layers.ELU(0.5), layers.PReLU(shared_axes=[1, 2])]
    named = [layers.Conv2D(3, 1, activation=kind) for kind in ("swish", "selu", "softplus", "exponential", "gelu")]
    return chain(GREY, *named, *kinds, layers.Flatten(), layers.Dense(10, activation="softmax"))


def separable() -> keras.Model:
    return chain(
        COLOUR,
        layers.SeparableConv2D(6, 3, activation="relu"),
        layers.SpatialDropout2D(0.2),
        layers.DepthwiseConv2D(3, padding="same"),
        layers.ZeroPadding2D(1),
        layers.LayerNormalization(axis=[1, 2, 3]),
        layers.Permute((2, 1, 3)),
        layers.UpSampling2D(2),
        layers.GlobalMaxPooling2D(),
        layers.RepeatVector(2),
        layers.Reshape((12,)),
        layers.Dense(5, activation="softmax"),
    )


def attention() -> keras.Model:
    def body(x: Any) -> Any:
        x = layers.Dense(8)(x)
        x = layers.Add()([x, layers.MultiHeadAttention(2, 4)(x, value=x)])
        return layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x)))

    return graph((28, 28), body)


class Structure(NamedTuple):
    """What is built, and what must be seen in it: how its scores are had, and a layer in the middle."""

    build: Callable[[], keras.Model]
    score: str = "logits"
    middle: str = ""


STRUCTURES = {
    "sequential": Structure(lambda: small(layers.Dense(10, activation="softmax"))),
    "branches": Structure(branches),
    "shared layer": Structure(shared),
    "two levels deep": Structure(two_deep, middle="backbone/block/deep"),
    "backbone first": Structure(backbone_first),
    "augmentation": Structure(augmented, middle="conv"),
    "normalization": Structure(normalized),
    "odd activations": Structure(odd_activations),
    "separable": Structure(separable),
    "attention": Structure(attention),
    "28×28": Structure(lambda: chain((28, 28), layers.Flatten(), layers.Dense(10, activation="softmax"))),
    "784": Structure(
        lambda: chain((784,), layers.Dense(12, activation="relu"), layers.Dense(10, activation="softmax"))
    ),
    "784 as a picture": Structure(
        lambda: chain((784,), layers.Reshape(GREY), layers.Conv2D(3, 5), layers.Flatten(), layers.Dense(10))
    ),
    "dense before flatten": Structure(
        lambda: chain((28, 28), layers.Dense(6, activation="relu"), layers.Flatten(), layers.Dense(10, "softmax"))
    ),
    "224×224×3": Structure(
        lambda: chain(
            (224, 224, 3), layers.Conv2D(4, 7, strides=4), layers.GlobalAveragePooling2D(), layers.Dense(3, "softmax")
        )
    ),
    "ten sigmoids": Structure(lambda: small(layers.Dense(10, activation="sigmoid"))),
    "one sigmoid": Structure(lambda: small(layers.Dense(1, activation="sigmoid"))),
    "logits": Structure(lambda: small(layers.Dense(10))),
    "softmax layer": Structure(lambda: small(layers.Dense(10), layers.Softmax())),
    "softmax as activation": Structure(lambda: small(layers.Dense(10), layers.Activation("softmax"))),
    "softmax in the middle": Structure(lambda: small(layers.Dense(12, activation="softmax"), layers.Dense(10))),
    "rows of pixels": Structure(lambda: chain((28, 28), layers.LSTM(8), layers.Dense(10, activation="softmax"))),
}


def made(name: str) -> keras.Model:
    keras.utils.set_random_seed(3)
    model = STRUCTURES[name].build()
    for variable in model.weights:
        # Biases and statistics that are not at their neutral start; a Normalization, which Keras numbers, has been
        # adapted already.
        if len(variable.shape) == 1 and "seed" not in variable.path and not variable.path.startswith("normalization"):
            variable.assign(np.random.default_rng(len(variable.shape)).uniform(0.1, 0.6, variable.shape))
    return model


#: One of each idea; the others are slow.
FIRST = (
    "sequential",
    "shared layer",
    "two levels deep",
    "odd activations",
    "attention",
    "784",
    "one sigmoid",
    "logits",
)
