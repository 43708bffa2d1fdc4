"""Labels choose among scales that may all be wrong: then the least wrong one is an assumption."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import cnnviz


def counts() -> tuple[np.ndarray, np.ndarray]:
    """Images of 5 bands in counts of a sensor, uint16 around 1,500: of class 0 the first band is the brighter one."""
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    pixels = rng.normal(1500, 300, (40, 8, 8, 5))
    pixels[..., 0] += np.where(labels == 0, 400, -400)[:, None, None]
    return np.clip(pixels, 0, 4095).astype(np.uint16), labels


def brighter_band(weight: float, first: list[keras.layers.Layer]) -> keras.Model:
    """A network that compares the first two bands, at any scale with the same answer and another probability."""
    dense = keras.layers.Dense(2, "softmax")
    model = keras.Sequential([keras.Input((8, 8, 5)), *first, keras.layers.GlobalAveragePooling2D(), dense])
    kernel = np.zeros((5, 2), np.float32)
    kernel[0], kernel[1] = (weight, -weight), (-weight, weight)
    dense.set_weights([kernel, np.zeros(2, np.float32)])
    return model


@pytest.mark.parametrize("given", ["counts", "shares"])
def test_labels_are_not_certain_where_the_first_steps_fit_no_usual_scale(given: str) -> None:
    pixels, labels = counts()
    model = brighter_band(20.0, [keras.layers.Normalization(mean=[1500.0] * 5, variance=[300.0**2] * 5)])
    images = pixels if given == "counts" else (pixels / 10_000).astype(np.float32)
    probe, opened = cnnviz.wrap(model).align(cnnviz.open_images((images, labels)))
    off = np.abs(probe.probabilities(opened) - model.predict(pixels.astype(np.float32), verbose=0)).max()
    assert off > 1e-3
    assert not probe.scale.settled, probe.scale.reason
    assert "the model's first steps fit no usual scale" in probe.scale.reason


def test_labels_are_not_certain_where_the_images_alone_tell_what_is_white() -> None:
    pixels, labels = counts()
    model = brighter_band(0.05, [])
    probe, images = cnnviz.wrap(model).align(cnnviz.open_images((pixels, labels)))
    assert images.peak == 4095
    assert not probe.scale.settled, probe.scale.reason
    assert "that 4095 is white is read from the images alone" in probe.scale.reason


def test_labels_are_certain_where_the_type_tells_what_is_white() -> None:
    pixels, labels = counts()
    inputs = (pixels // 16).astype(np.uint8)
    model = brighter_band(0.05, [])
    probe, _ = cnnviz.wrap(model).align(cnnviz.open_images((inputs, labels)))
    assert (probe.scale.name, probe.scale.settled) == ("0-255", True), probe.scale.reason
