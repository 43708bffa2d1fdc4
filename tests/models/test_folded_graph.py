"""Batch normalizations that are folded into convolutions give the values and gradients of the separate layers."""

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.targets import OneClass
from cnnviz.models.folded_graph import folded
from cnnviz.models.import_tensorflow import tensorflow

L = keras.layers


def _convolution(x):
    return L.BatchNormalization(name="norm")(L.Conv2D(5, 3, name="conv")(x))


def _without_bias(x):
    made = L.Conv2D(5, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    return L.BatchNormalization(scale=False, center=False, name="norm")(made)


def _dilated(x):
    return L.BatchNormalization(center=False, name="norm")(L.Conv2D(4, 3, dilation_rate=2, name="conv")(x))


def _depthwise(x):
    made = L.DepthwiseConv2D(3, depth_multiplier=2, name="conv")(x)
    return L.BatchNormalization(scale=False, axis=3, name="norm")(made)


def _after_relu(x):
    return L.BatchNormalization(name="norm")(L.Conv2D(5, 3, activation="relu", name="conv")(x))


def _read_twice(x):
    made = L.Conv2D(5, 3, name="conv")(x)
    return L.Add()([L.BatchNormalization(name="norm")(made), made])


def _first(x):
    return L.Conv2D(4, 3, name="conv")(L.BatchNormalization(name="norm")(x))


def _over_rows(x):
    return L.BatchNormalization(axis=1, name="norm")(L.Conv2D(5, 3, name="conv")(x))


def _half_precision(x):
    made = L.Conv2D(5, 3, name="conv", dtype="mixed_bfloat16")(x)
    return L.BatchNormalization(name="norm", dtype="mixed_bfloat16")(made)


#: How a network begins, and whether its convolution takes the normalization, and a faster step takes its place.
BEGINNINGS = {
    _convolution: (True, True),
    _without_bias: (True, True),
    _dilated: (True, True),
    _depthwise: (True, True),
    _after_relu: (False, True),
    _read_twice: (False, True),
    _first: (False, True),
    _over_rows: (False, False),
    _half_precision: (False, False),
}


def _network(begin):
    image = keras.Input((12, 10, 3))
    end = L.Dense(4, activation="softmax", name="out")(L.GlobalAveragePooling2D()(L.ReLU()(begin(image))))
    model = keras.Model(image, end)
    rng = np.random.default_rng(1)
    for weight in model.weights:
        positive = weight.path.endswith(("variance", "gamma"))
        weight.assign(rng.uniform(0.3, 2, weight.shape) if positive else rng.normal(0, 0.5, weight.shape))
    return model


def _inputs():
    return np.random.default_rng(0).normal(size=(6, 12, 10, 3)).astype(np.float32)


def _gradient(model, x):
    """Return Keras' own gradient of the third logit."""
    tf = tensorflow()
    logits = keras.Model(model.input, model.layers[-1].input)
    kernel, bias = model.layers[-1].weights
    with tf.GradientTape() as tape:
        given = tf.constant(x)
        tape.watch(given)
        score = (tf.matmul(logits(given, training=False), kernel) + bias)[:, 2]
    return tape.gradient(score, given).numpy()


@pytest.mark.parametrize("begin", BEGINNINGS, ids=lambda begin: begin.__name__)
def test_values_and_gradients_are_those_of_keras(begin):
    model, x = _network(begin), _inputs()
    probe = cnnviz.wrap(model, scale="raw")
    taken, replaced = BEGINNINGS[begin]
    steps = {step.path: step for step in folded(probe.runner.graph).steps}
    assert ("conv" not in steps) is taken
    assert (steps["norm"].kind != "BatchNormalization") is replaced
    loose = 0.02 if begin is _half_precision else 2e-6
    np.testing.assert_allclose(probe.probabilities(x), model.predict(x, verbose=0), atol=loose)
    # A gradient flows through the layers as they are.
    assert "conv" in {step.path for step in folded(probe.runner.graph, differentiated=["norm"]).steps}
    own = probe.value_and_gradients(x, OneClass(2)).gradients[0]
    expected = _gradient(model, x)
    np.testing.assert_allclose(own, expected, atol=loose * max(1, float(np.abs(expected).max())) * 2)


def test_what_is_seen_between_the_two_is_not_folded_away():
    probe = cnnviz.wrap(_network(_convolution), scale="raw")
    graph = probe.runner.graph
    assert "conv" in {step.path for step in folded(graph, seen=["conv"]).steps}
    assert "conv" not in {step.path for step in folded(graph, seen=["norm"]).steps}
    assert "conv" in {step.path for step in probe.runner.fed((), at=[""]).steps}
    assert "conv" not in {step.path for step in probe.runner.fed((), at=["norm"]).steps}
    for changed in ("conv", "norm"):
        kept = {step.path: step for step in folded(graph, changed=[changed]).steps}
        assert kept[changed] is graph.step(changed)
    x = _inputs()
    outputs = {layer.name: layer.output for layer in probe.model.layers}
    for path in ("conv", "norm"):
        _, (maps,) = probe.runner.forward(x, [path])
        expected = keras.Model(probe.model.input, outputs[path]).predict(x, verbose=0)
        np.testing.assert_allclose(maps, expected, atol=1e-5)


def test_new_weights_take_effect_without_a_new_trace():
    model, x = _network(_convolution), _inputs()
    probe = cnnviz.wrap(model, scale="raw")
    before = probe.probabilities(x)
    model.get_layer("norm").gamma.assign(model.get_layer("norm").gamma * -1.5)
    model.get_layer("conv").kernel.assign(model.get_layer("conv").kernel * 0.5)
    after = probe.probabilities(x)
    assert np.abs(after - before).max() > 0.01
    np.testing.assert_allclose(after, model.predict(x, verbose=0), atol=1e-6)


def test_a_convolution_that_is_called_twice_has_each_normalization_folded_in_its_own_place():
    image = keras.Input((8, 8, 3))
    shared = L.Conv2D(3, 3, padding="same", name="conv")
    once = L.BatchNormalization(name="one")(shared(image))
    twice = L.BatchNormalization(name="two")(shared(once))
    model = keras.Model(image, L.Dense(3, activation="softmax")(L.Flatten()(twice)))
    rng = np.random.default_rng(2)
    for weight in model.weights:
        weight.assign(rng.uniform(0.5, 1.5, weight.shape))
    probe = cnnviz.wrap(model, scale="raw")
    assert [step.path for step in folded(probe.runner.graph).steps[:2]] == ["one", "two"]
    x = rng.normal(size=(3, 8, 8, 3)).astype(np.float32)
    np.testing.assert_allclose(probe.probabilities(x), model.predict(x, verbose=0), atol=1e-5)
