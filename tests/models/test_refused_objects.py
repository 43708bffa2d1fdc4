"""What is said of objects that cannot be opened as models is true of them."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import cnnviz
from cnnviz.core.errors import ModelError

PIXELS = np.random.default_rng(0).integers(0, 256, (2, 16, 16, 3)).astype(np.uint8)


class Plain(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.conv = keras.layers.Conv2D(4, 3, activation="relu")
        self.pool, self.dense = keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(3)

    def call(self, images: Any) -> Any:
        return self.dense(self.pool(self.conv(images)))


class WithTensorFlow(Plain):
    def call(self, images: Any) -> Any:
        return tf.nn.softmax(super().call(tf.cast(images, tf.float32) / 255))


class WithKeras(Plain):
    def call(self, images: Any) -> Any:
        return keras.ops.softmax(super().call(keras.ops.cast(images, "float32") / 255))


def refused(model: Any) -> str:
    messages = []
    for method in ("grad-cam", "saliency"):
        with pytest.raises(ModelError) as raised:
            cnnviz.attribute(model, PIXELS, method)
        messages.append(str(raised.value))
    assert messages[0] == messages[1] and "\n" not in messages[0]
    return messages[0]


@pytest.mark.parametrize(
    "model",
    [Plain(), keras.Sequential([keras.layers.Conv2D(4, 3), keras.layers.GlobalAveragePooling2D()])],
    ids=["subclassed", "Sequential"],
)
def test_never_called(model: keras.Model) -> None:
    said = refused(model)
    assert "call it once on a batch" in said and "keras.ops" not in said


def test_tensorflow_in_the_call() -> None:
    model = WithTensorFlow()
    model(PIXELS)
    said = refused(model)
    assert "call it once" not in said
    assert "more than Keras layers" in said and "keras.ops" in said and "Functional" in said


def test_the_advice_helps() -> None:
    model = WithKeras()
    right = model(PIXELS).numpy()
    np.testing.assert_allclose(cnnviz.attribute(model, PIXELS).probabilities, right, atol=1e-5)


def test_no_layers() -> None:
    assert "without layers" in refused(keras.Sequential())


def stand_in(module: str, name: str = "Sequential", base: str = "") -> Any:
    """An object of a class of another library, whose base is found in the module ``base``, called Model."""
    bases = (type("Model", (), {"__module__": base}),) if base else ()
    return type(name, bases, {"__module__": module})()


KERAS_2 = "tf_keras.src.engine.training"


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (
            stand_in("tf_keras.src.engine.sequential", base=KERAS_2),
            ["Sequential is a model of Keras 2", "model.save('model.keras')"],
        ),
        (
            stand_in("__main__", "Mine", KERAS_2),
            ["Mine is a model of Keras 2", "model.save('folder', save_format='tf')"],
        ),
        (
            stand_in("tensorflow.python.keras.engine.sequential", base="tensorflow.python.keras.engine.training"),
            ["Keras 2"],
        ),
        (stand_in("tf_keras.src.layers.core.dense", "Dense"), ["a Dense is not a Keras model"]),
        (stand_in("torch.nn.modules.module", "Module"), ["PyTorch model"]),
        (Plain, ["Plain is a class"]),
        (None, ["a NoneType is not a Keras model", "path"]),
        (np.zeros(3), ["a ndarray is not a Keras model"]),
        (keras.layers.Dense(2), ["a Dense is not a Keras model"]),
    ],
)
def test_no_model(model: Any, words: list[str]) -> None:
    said = refused(model)
    assert all(word in said for word in words) and "a Sequential is not a Keras model" not in said
