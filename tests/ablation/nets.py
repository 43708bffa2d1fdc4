"""Small labelled problems, and masking done by hand in plain Keras."""

from __future__ import annotations

import keras
import numpy as np

import cnnviz
from cnnviz.data.images import Images
from cnnviz.models.probe import Probe
from tests.helpers import zoo


def probe_of(name: str, seed: int = 0) -> Probe:
    return cnnviz.wrap(zoo.make(name, seed), scale="0-1")


def pictures_for(probe: Probe, count: int = 24, seed: int = 0) -> Images:
    """Random pictures whose labels are mostly, but not always, what the model says."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (count, *probe.card.input_shape)).astype(np.uint8)
    said = probe.probabilities(Images(pixels)).argmax(axis=1)
    wrong = rng.random(count) < 0.2
    labels = np.where(wrong, rng.integers(0, len(probe.class_names), count), said)
    return Images(pixels, labels, probe.class_names, source="drawn")


def by_hand(model: keras.Model, chain: list[str], values: np.ndarray, at: str, put: dict[int, float]) -> np.ndarray:
    """Run the named layers of a model one after the other, setting channels of one's output: what the last gives."""
    x = values
    for name in chain:
        x = np.array(model.get_layer(name)(x, training=False))
        if name == at:
            for channel, value in put.items():
                x[..., channel] = value
    return x
