"""Files of earlier Keras versions and what they must give."""

from __future__ import annotations

import keras
import numpy as np

import cnnviz

GREY = (28, 28, 1)


def answers(model: keras.Model, shape: tuple[int, ...] = GREY) -> tuple[cnnviz.Images, np.ndarray]:
    """Pictures, and what the intended network says to them."""
    pixels = np.random.default_rng(7).integers(0, 256, (5, *shape), dtype=np.uint8)
    inputs = pixels.astype(np.float32) / 255
    return cnnviz.Images(pixels), np.asarray(model(inputs.reshape(-1, *model.inputs[0].shape[1:]), training=False))


def same(path, model: keras.Model, shape: tuple[int, ...] = GREY, **options) -> cnnviz.Probe:
    """Open the file and hold its answers against the intended network's."""
    images, expected = answers(model, shape)
    probe = cnnviz.open_model(path, scale="0-1", **options)
    np.testing.assert_allclose(probe.probabilities(images), expected, atol=1e-5, rtol=1e-5)
    return probe
