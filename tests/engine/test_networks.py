"""Whole networks in the page's engine answer as Keras does, layer by layer, forwards and backwards."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.exported_network import Exported
from cnnviz.data.images import Images
from cnnviz.export.export_network import export
from tests.helpers import zoo
from tests.helpers.node_runner import Job, run_engine
from tests.helpers.rounding import hold_in_16_bits

pytestmark = pytest.mark.needs("node")


def exported(probe: cnnviz.Probe) -> Exported:
    made = export(probe)
    assert isinstance(made, Exported), made
    return made


def probe_of(name: str) -> cnnviz.Probe:
    return cnnviz.open_model(name) if name == "fmnist-cnn" else cnnviz.wrap(zoo.make(name), scale="0-1")


def pictures(probe: cnnviz.Probe, n: int = 4) -> Images:
    if probe.card.input_shape == (28, 28, 1):
        return cnnviz.open_images("sample")[:n]
    h, w, c = probe.card.input_shape
    return Images(np.random.default_rng(2).integers(0, 256, (n, h, w, c), dtype=np.uint8))


def close(found: np.ndarray, expected: np.ndarray, what: str, bound: float = 1e-3) -> None:
    """Within a bound relative to the largest value of the layer: weights are rounded to 16 bits."""
    expected = expected.reshape(found.shape)
    scale = np.abs(expected).max() or 1
    np.testing.assert_allclose(found / scale, expected / scale, atol=bound, err_msg=what)


NAMES = ["fmnist-cnn", *zoo.BUILDERS]


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_equals_keras(name: str) -> None:
    probe = probe_of(name)
    images = pictures(probe)
    paths = [layer.path for layer in probe.layers]
    (answer,) = run_engine([Job(exported(probe), probe.inputs(images), paths)])
    held = probe.activations(images, paths)
    for path in paths:
        close(answer["values"][path], held[path], path)
    close(answer["logits"], probe.logits(images), "logits")
    np.testing.assert_allclose(answer["probabilities"], probe.probabilities(images), atol=2e-3)


@pytest.mark.parametrize("end", ["hard_sigmoid", "relu", "tanh", "sigmoid", "linear"])
def test_probabilities_are_pythons_whatever_the_network_ends_in(end: str) -> None:
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(5, end)])
    probe = cnnviz.wrap(model, scale="0-1")
    images = pictures(probe)
    (answer,) = run_engine([Job(exported(probe), probe.inputs(images), [])])
    np.testing.assert_allclose(answer["probabilities"], probe.probabilities(images), atol=2e-3)


@pytest.mark.parametrize("name", NAMES)
def test_every_slope_equals_keras(name: str) -> None:
    probe = probe_of(name)
    # Rounded beforehand: else a ReLU or a maximum on the edge may tip the other way, and its gradient with it.
    hold_in_16_bits(probe.model)
    # Noise, not garments: on an even ground the places of a window tie, and rounding decides which one wins.
    pixels = np.random.default_rng(3).integers(0, 256, (4, *probe.card.input_shape), dtype=np.uint8)
    images = Images(pixels)
    paths = ["", *(layer.path for layer in probe.layers if layer.path not in ("head", "softmax", "predictions"))]
    seed = np.zeros(len(probe.class_names), np.float32)
    seed[1], seed[0] = 1, -1
    (answer,) = run_engine([Job(exported(probe), probe.inputs(images), [], seed, paths)])

    def contrast(logits):
        return logits[:, 1] - logits[:, 0]

    for path in paths:
        expected = probe.gradients(images, contrast, path or None)
        close(answer["gradients"][path], expected, f"gradient at {path or 'input'}", 1e-4)


def test_grad_cam_equals_its_definition() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:4]
    seed = np.eye(10, dtype=np.float32)[6]
    (answer,) = run_engine([Job(exported(probe), probe.inputs(images), seed=seed, cams=["conv3", "conv2"])])
    for path in ("conv3", "conv2"):
        alpha = probe.gradients(images, 6, path).mean(axis=(1, 2), keepdims=True)
        cam = np.maximum((alpha * probe.activations(images, [path])[path]).sum(axis=3), 0)
        close(answer["cams"][path], cam, path, 5e-3)
