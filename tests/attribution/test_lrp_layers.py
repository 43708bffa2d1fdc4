"""Relevance is kept from layer to layer, whatever kind of layer it is."""

from __future__ import annotations

import keras
import pytest
from keras import layers, ops

from cnnviz.attribution.lrp import LRP, LRPEpsilon, LRPZPlus
from cnnviz.attribution.lrp.propagation import Propagation
from cnnviz.core.targets import OneClass
from tests.helpers.sweeps import slow, sweep
from tests.helpers.zoo_probes import pictures_for, zoo_probe

from .lrp_nets import check, drawn, each_method, ended


@each_method
@pytest.mark.parametrize(
    "net",
    [
        "residual",
        *slow("fmnist-cnn", "sequential", "nested", "shared", "mlp", "sigmoids"),
    ],
)
def test_relevance_is_kept_from_layer_to_layer(net: str, method: Propagation) -> None:
    probe = zoo_probe(net)
    check(probe, pictures_for(probe, 3), method, OneClass(1))


def _squeezed(x: keras.KerasTensor) -> keras.KerasTensor:
    gate = layers.Dense(6, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))
    return layers.Multiply(name="excite")([x, gate])


def _hard_squeezed(x: keras.KerasTensor) -> keras.KerasTensor:
    gate = layers.ReLU(6.0)(layers.GlobalAveragePooling2D(keepdims=True)(x) + 3.0) * (1 / 6)
    return layers.Multiply(name="excite")([x, gate])


ALIKE = {
    "batch-norm": lambda x: layers.BatchNormalization()(x),
    "normalization": lambda x: layers.Normalization(mean=0.2, variance=2.0)(x),
    "rescaling": lambda x: layers.Rescaling(-0.5, 0.3)(x),
    "arithmetic": lambda x: (-(x * 2.0 + 0.5) / 3.0) - 0.25,
    "with itself": lambda x: x + x,
    "add": lambda x: layers.Add()([x, layers.Conv2D(6, 1)(x), layers.Conv2D(6, 1)(x)]),
    "broadcast add": lambda x: x + layers.GlobalAveragePooling2D(keepdims=True)(x),
    "subtract": lambda x: layers.Subtract()([x, layers.Conv2D(6, 1)(x)]),
    "average": lambda x: layers.Average()([x, layers.Conv2D(6, 1)(x)]),
    "maximum": lambda x: layers.Maximum()([x, layers.Conv2D(6, 1)(x)]),
    "concatenate": lambda x: layers.Concatenate()([x, layers.Conv2D(2, 1)(x)]),
    "pools": lambda x: layers.AveragePooling2D(3, 2, padding="same")(layers.MaxPooling2D(3, 1)(x)),
    "mean": lambda x: ops.mean(x, axis=(1, 2)),
    "nearest": lambda x: layers.UpSampling2D(2)(x),
    "bilinear": lambda x: layers.UpSampling2D(2, interpolation="bilinear")(x),
    "padding": lambda x: layers.Cropping2D(2)(layers.ZeroPadding2D(3)(x)),
    "permuted": lambda x: layers.Permute((3, 1, 2))(x),
    "einsum": lambda x: layers.EinsumDense("abcd,de->abce", (8, 8, 7), bias_axes="e", activation="gelu")(x),
    "depthwise": lambda x: layers.DepthwiseConv2D(3, dilation_rate=2, activation="silu")(x),
    "transposed": lambda x: layers.Conv2DTranspose(4, 3, strides=2, activation="elu")(x),
    "separable": lambda x: layers.SeparableConv2D(5, 3, strides=2)(x),
    "activations": lambda x: layers.PReLU()(layers.LeakyReLU()(layers.Activation("softplus")(x))),
    "squeezed": _squeezed,
    "hard squeezed": _hard_squeezed,
}


#: One of each idea; the others are slow.
FIRST = ("batch-norm", "add", "separable")


@pytest.mark.parametrize("kind", sweep(ALIKE, *FIRST))
def test_every_kind_of_layer_keeps_relevance(kind: str) -> None:
    start = keras.Input((10, 10, 3))
    x = layers.Conv2D(6, 3, activation="relu" if kind == "pools" else None, name="conv")(start)
    probe = drawn(ended(ALIKE[kind](x), start))
    images = pictures_for(probe, 2)
    for method in (LRPEpsilon(), LRPZPlus(), LRP()):
        check(probe, images, method, OneClass(2))
    assert any("gates" in note for note in LRP().notes(probe)) == ("squeezed" in kind)
