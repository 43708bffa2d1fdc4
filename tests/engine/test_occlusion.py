"""Occlusion in the page's engine: by hand on a linear model, and against Keras on pictures hidden by NumPy."""

from __future__ import annotations

import numpy as np
import pytest

import cnnviz
from cnnviz.core.exported_network import Exported
from cnnviz.data.images import Images
from cnnviz.export.export_network import export
from tests.helpers.node_runner import Job, run_engine
from tests.helpers.rounding import hold_in_16_bits


def exported(probe: cnnviz.Probe) -> Exported:
    made = export(probe)
    assert isinstance(made, Exported), made
    return made


def patches(height: int, width: int, size: int, stride: int) -> list[tuple[slice, slice]]:
    """The rows and columns that each cell's patch hides, cell by cell."""
    before = (size - stride) // 2

    def spans(extent: int) -> list[slice]:
        starts = range(-before, extent - before, stride)
        return [slice(max(0, at), min(extent, at + size)) for at in starts]

    return [(rows, columns) for rows in spans(height) for columns in spans(width)]


def linear(shape: tuple[int, int, int], classes: int):
    """A model without anything but weights, as the page holds them."""
    import keras

    start = keras.Input(shape)
    model = keras.Model(start, keras.layers.Dense(classes, name="head")(keras.layers.Flatten(name="flat")(start)))
    rng = np.random.default_rng(5)
    model.set_weights([rng.normal(0, 1, w.shape).astype(np.float32) for w in model.get_weights()])
    return hold_in_16_bits(model), model.get_weights()[0].reshape(*shape, classes)


@pytest.mark.parametrize(("size", "stride"), [(1, 1), (2, 2), (3, 1), (5, 3), (4, 3), (9, 5)])
def test_a_linear_model_drops_by_what_is_hidden(size: int, stride: int) -> None:
    shape = (7, 9, 3)
    model, weights = linear(shape, 4)
    probe = cnnviz.wrap(model, scale="0-1")
    images = Images(np.random.default_rng(6).integers(0, 256, (2, *shape), dtype=np.uint8))
    inputs, fill = probe.inputs(images), [0.25, 0.5, -1.0]
    ask = [{"size": size, "stride": stride, "fill": fill, "target": target} for target in (0, 3)]
    (answer,) = run_engine([Job(exported(probe), inputs, occlusions=ask)])
    hidden = patches(*shape[:2], size, stride)
    for k, found in enumerate(answer["occlusions"]):
        picture, target = inputs[k // 2], ask[k % 2]["target"]
        lost = (weights[..., target] * (picture - np.float32(fill))).sum(axis=2)
        expected = np.array([lost[place].sum() for place in hidden])
        np.testing.assert_allclose(found["drops"], expected, atol=2e-5)
        assert len(hidden) == np.prod(found["shape"])
        # A pixel's value is the mean over the patches that hide it, and every pixel is hidden.
        total, times = np.zeros(shape[:2]), np.zeros(shape[:2])
        for drop, place in zip(expected, hidden, strict=True):
            total[place] += drop
            times[place] += 1
        assert times.min() >= 1
        np.testing.assert_allclose(found["pixels"].reshape(shape[:2]), total / times, atol=2e-5)


@pytest.mark.parametrize(("size", "stride", "ground"), [(7, 3, 0.0), (5, 3, 0.3), (14, 6, 1.0)])
def test_the_bundled_model_drops_as_keras_says(size: int, stride: int, ground: float) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:2]
    target = 6
    inputs = probe.inputs(images)
    fill = float(probe.inputs(Images(np.full((1, 28, 28, 1), ground, np.float32)))[0, 0, 0, 0])
    ask = [{"size": size, "stride": stride, "fill": [fill], "target": target}]
    (answer,) = run_engine([Job(exported(probe), inputs, occlusions=ask)])
    places = patches(28, 28, size, stride)
    for image, found in zip(images.pixels, answer["occlusions"], strict=True):
        hidden = np.repeat(image[None].astype(np.float32) / 255, 1 + len(places), axis=0)
        for k, place in enumerate(places):
            hidden[k + 1][place] = ground
        logits = probe.logits(Images(hidden))[:, target]
        chances = probe.probabilities(Images(hidden))[:, target]
        assert found["score"] == pytest.approx(logits[0], abs=5e-3)
        np.testing.assert_allclose(found["drops"], logits[0] - logits[1:], atol=1e-2)
        np.testing.assert_allclose(found["chances"], chances[0] - chances[1:], atol=3e-3)


def test_one_unit_loses_for_one_class_what_it_gains_for_the_other() -> None:
    import keras

    start = keras.Input((6, 6, 1))
    x = keras.layers.Dense(1, activation="sigmoid", name="head")(keras.layers.Flatten(name="flat")(start))
    model = keras.Model(start, x)
    model.set_weights([np.linspace(-1, 1, 36, dtype=np.float32)[:, None], np.zeros(1, np.float32)])
    probe = cnnviz.wrap(hold_in_16_bits(model), scale="0-1")
    inputs = probe.inputs(Images(np.full((1, 6, 6, 1), 255, np.uint8)))
    ask = [{"size": 2, "stride": 2, "fill": [0], "target": target} for target in (0, 1)]
    (answer,) = run_engine([Job(exported(probe), inputs, occlusions=ask)])
    first, second = answer["occlusions"]
    weights = model.get_weights()[0].reshape(3, 2, 3, 2).sum(axis=(1, 3))
    np.testing.assert_allclose(second["drops"], weights.ravel(), atol=1e-5)
    np.testing.assert_allclose(first["drops"], -second["drops"], atol=1e-6)
    np.testing.assert_allclose(first["chances"], -second["chances"], atol=1e-6)
