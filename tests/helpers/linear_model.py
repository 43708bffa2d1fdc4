"""A linear model, whose attributions are known by hand."""

from __future__ import annotations

import keras
import numpy as np

import cnnviz


def linear(shape: tuple[int, int, int], scale: str = "0-1") -> tuple[cnnviz.Probe, np.ndarray]:
    """A net of two classes that is nothing but a weighted sum, and its weights (h, w, c, 2)."""
    model = keras.Sequential([keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(2)])
    rng = np.random.default_rng(4)
    model.set_weights([rng.normal(size=w.shape).astype(np.float32) for w in model.get_weights()])
    return cnnviz.wrap(model, scale=scale), model.get_weights()[0].reshape(*shape, 2)
