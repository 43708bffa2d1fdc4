"""What the page's engine cannot run is refused by name, and never run as something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import pytest
from keras import layers, ops

import cnnviz
from cnnviz.core.exported_network import Refusal
from cnnviz.export.export_network import export
from tests.helpers import zoo

NONE = "the page's engine has no such operation"


class Identity(layers.Layer):
    """Not Keras's."""

    def call(self, x: Any) -> Any:
        return 2 * x


class ReLU(layers.ReLU):
    """Not Keras's either."""

    def call(self, x: Any) -> Any:
        return 1 - super().call(x)


def swish(x: Any) -> Any:
    return x * ops.sigmoid(2 * x)


def refusals(made: Callable[[Any], Any], shape: tuple[int, ...] = (8, 8, 3)) -> list[Refusal]:
    start = keras.Input((8, 8, 3))
    x = layers.Reshape(shape, name="fed")(start) if shape != (8, 8, 3) else start
    x = layers.Flatten(name="flat")(made(x))
    found = export(cnnviz.wrap(keras.Model(start, layers.Dense(10, name="out")(x)), scale="0-1"))
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("kind", "layer"),
    [
        ("Conv2DTranspose", layers.Conv2DTranspose(2, 3, name="odd")),
        ("Permute", layers.Permute((2, 1, 3), name="odd")),
        ("GroupNormalization", layers.GroupNormalization(3, name="odd")),
        ("UnitNormalization", layers.UnitNormalization(name="odd")),
        ("CenterCrop", layers.CenterCrop(4, 4, name="odd")),
        ("RandomCrop", layers.RandomCrop(4, 4, name="odd")),
        ("Resizing", layers.Resizing(4, 4, name="odd")),
        ("EinsumDense", layers.EinsumDense("abcd,de->abce", (8, 8, 2), name="odd")),
        ("RMSNormalization", layers.RMSNormalization(name="odd")),
        ("Lambda", layers.Lambda(lambda x: 2 * x, name="odd")),
    ],
)
def test_a_layer_without_an_operation(kind: str, layer: layers.Layer) -> None:
    assert refusals(layer) == [Refusal("odd", kind, NONE)]


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (layers.Activation("log_softmax", name="odd"), "activation 'log_softmax'"),
        (layers.Conv2D(2, 3, activation="hard_shrink", name="odd"), "activation 'hard_shrink'"),
        (layers.Conv2D(2, 3, activation=swish, name="odd"), "activation 'swish', which is not a Keras function"),
        (layers.Dense(2, activation=ReLU(), name="odd"), "activation layer ReLU, which is not a Keras layer"),
        (layers.Softmax(axis=1, name="odd"), "softmax over axis 1"),
        (layers.Softmax(axis=(1, 2), name="odd"), "softmax over axis (1, 2)"),
        (layers.BatchNormalization(axis=1, name="odd"), "batch normalization over axis 1"),
        (layers.LayerNormalization(axis=(1, 2, 3), name="odd"), "layer normalization over [1, 2, 3]"),
        (layers.Normalization(mean=0.5, variance=1.0, axis=None, invert=True, name="odd"), "inverted normalization"),
        (layers.UpSampling2D(2, interpolation="bilinear", name="odd"), "bilinear upsampling"),
        (layers.Flatten(data_format="channels_first", name="odd"), "channels come first"),
        (layers.UpSampling2D(2, data_format="channels_first", name="odd"), "channels come first"),
        (layers.MaxPooling2D(2, data_format="channels_first", name="odd"), "channels come first"),
        (Identity(name="odd"), "it is not a Keras layer, despite its name"),
        (ReLU(name="odd"), "it is not a Keras layer, despite its name"),
    ],
)
def test_a_setting_that_the_operation_does_not_have(layer: layers.Layer, reason: str) -> None:
    own = type(layer)
    whose = f" of {__name__}" if own.__module__ == __name__ and own.call.__module__ == __name__ else ""
    assert refusals(layer) == [Refusal("odd", own.__name__ + whose, reason)]


@pytest.mark.parametrize(
    ("made", "kind", "reason"),
    [
        (lambda x: x + 1.0, "Add", "Add with a constant"),
        (lambda x: x / 255.0, "TrueDivide", NONE),
        (lambda x: ops.softmax(x, axis=1), "Softmax", "softmax over axis 1"),
        (lambda x: ops.relu(ops.reshape(x, (-1, 192, 1))[:, ::2]), "GetItem", NONE),
        (lambda x: ops.concatenate([x, x], axis=0), "Concatenate", "concatenation along the batch"),
        (lambda x: x * ops.mean(x, axis=3, keepdims=True), "Mean", NONE),
        (
            lambda x: layers.Multiply()([x, layers.Conv2D(1, 1)(x)]),
            "Multiply",
            "Multiply of shapes [(8, 8, 3), (8, 8, 1)]",
        ),
        (lambda x: ops.reshape(ops.reshape(x, (-1, 64)), (-1, 192)), "Reshape", "it reshapes the batch"),
    ],
)
def test_an_operation_between_tensors(made: Callable[[Any], Any], kind: str, reason: str) -> None:
    assert [(refusal.kind, refusal.reason) for refusal in refusals(made)] == [(kind, reason)]


def test_statistics_along_another_axis_are_not_taken_for_one_a_channel() -> None:
    """As many rows as channels: eight means, one a row."""
    norm = layers.Normalization(axis=1, mean=[float(i) for i in range(8)], variance=[1.0] * 8)
    start = keras.Input((8, 8, 3))
    x = norm(layers.Conv2D(8, 1)(start))
    probe = cnnviz.wrap(keras.Model(start, layers.Dense(10)(layers.Flatten()(x))), scale="0-1")
    made = export(probe)
    assert not isinstance(made, list)
    assert next(node for node in made.manifest["nodes"] if node["op"] == "affine")["weights"]["factor"]["shape"] == [
        512
    ]


def test_every_layer_that_stands_in_the_way_is_named() -> None:
    start = keras.Input((28, 28, 1))
    one = layers.Conv2DTranspose(4, 3, name="one")(start)
    two = layers.Permute((2, 1, 3), name="two")(start)
    x = layers.Concatenate()([layers.Flatten()(one), layers.Flatten()(two)])
    found = export(cnnviz.wrap(keras.Model(start, layers.Dense(10)(x)), scale="0-1"))
    assert isinstance(found, list) and {refusal.path for refusal in found} == {"one", "two"}


def test_pixels_that_a_function_prepares() -> None:
    prepared = cnnviz.wrap(zoo.make("mlp"), scale=lambda pixels: pixels)
    assert export(prepared) == [Refusal("", "preprocessing", "a Python function preprocesses the pixels")]
