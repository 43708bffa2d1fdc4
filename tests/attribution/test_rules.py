"""DeconvNet and guided backpropagation change the way back at every ReLU, however it was written, and only there."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.attribution.attribute import attribute
from cnnviz.core.errors import ModelError
from cnnviz.models.relu_rules import RectifierRule, rectifiers
from tests.helpers.zoo_probes import pictures_for


def relu_net(kind: str) -> keras.Model:
    """The same network five times, with its rectifiers written in five ways, and the same weights."""
    keras.utils.set_random_seed(3)
    x = start = keras.Input((12, 12, 1))

    def rectified(x, number):
        made = {
            "layer": lambda: layers.ReLU(name=f"relu{number}")(x),
            "activation": lambda: layers.Activation("relu", name=f"relu{number}")(x),
            "operation": lambda: keras.ops.relu(x),
            "fused": lambda: x,
            "nested": lambda: x,
        }
        return made[kind]()

    fused = "relu" if kind in ("fused", "nested") else None
    x = rectified(layers.Conv2D(4, 3, activation=fused, name="conv1")(x), 1)
    if kind == "nested":
        inner_start = keras.Input((10, 10, 4))
        y = layers.Conv2D(5, 3, activation=fused, name="conv2")(inner_start)
        x = keras.Model(inner_start, y, name="inner")(x)
    else:
        x = rectified(layers.Conv2D(5, 3, activation=fused, name="conv2")(x), 2)
    x = layers.Flatten()(x)
    return keras.Model(start, layers.Dense(3, activation="softmax", name="head")(x), name=kind)


KINDS = ("fused", "layer", "activation", "operation", "nested")


@pytest.fixture(scope="module")
def probes() -> dict[str, cnnviz.Probe]:
    models = {kind: relu_net(kind) for kind in KINDS}
    held = models["fused"].get_weights()
    for model in models.values():
        model.set_weights(held)
    return {kind: cnnviz.wrap(model, scale="0-1") for kind, model in models.items()}


@pytest.mark.parametrize("method", ["deconvnet", "guided-backprop"])
def test_every_way_of_writing_a_relu_is_overridden(probes: dict[str, cnnviz.Probe], method: str) -> None:
    images = pictures_for(probes["fused"])
    plain = probes["fused"].gradients(images)
    expected = attribute(probes["fused"], images, method)
    assert np.abs(expected.values - plain).max() > 1e-2 * np.abs(plain).max()
    for probe in probes.values():
        made = attribute(probe, images, method)
        np.testing.assert_allclose(made.values, expected.values, atol=1e-6)
        assert made.how.notes[0].startswith("gradients modified at 2 ReLU activations: ")


def test_the_forward_pass_stays_the_same_to_the_last_bit(probes: dict[str, cnnviz.Probe]) -> None:
    images = pictures_for(probes["fused"])
    rule = RectifierRule(lambda gate, output, gradient: gate(gradient, gradient))
    for probe in probes.values():
        changed = probe.value_and_gradients(images, rule=rule)
        plain = probe.value_and_gradients(images)
        assert changed.logits is not None and plain.logits is not None
        assert changed.logits.tobytes() == plain.logits.tobytes()


def test_a_model_without_a_relu_is_refused_with_advice() -> None:
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(3, 3, activation="tanh"),
            layers.LeakyReLU(),
            layers.Flatten(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    probe = cnnviz.wrap(model, scale="0-1")
    for method in ("deconvnet", "guided-backprop"):
        with pytest.raises(ModelError, match="no ReLU, which this method needs; use saliency"):
            attribute(probe, pictures_for(probe), method)


def test_the_head_is_no_rectifier_and_relu6_is_one() -> None:
    x = start = keras.Input((8, 8, 1))
    x = layers.ReLU(6.0, name="six")(layers.Conv2D(3, 3)(x))
    x = layers.DepthwiseConv2D(3, activation="relu6", name="depth")(x)
    x = layers.Dense(2, activation="relu", name="last")(layers.Flatten()(x))
    probe = cnnviz.wrap(keras.Model(start, layers.Softmax()(x)), scale="0-1")
    assert rectifiers(probe.runner.graph, probe.runner.head) == ["six", "depth", "last"]
