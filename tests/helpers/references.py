"""Recorded reference attributions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import keras
import numpy as np
from keras import layers

import cnnviz
from cnnviz.attribution.attribute import attribute
from cnnviz.core.targets import PerImageClass
from cnnviz.data.images import Images

REFERENCES = Path(__file__).resolve().parent.parent / "reference" / "references.npz"


@cache
def references() -> Mapping[str, np.ndarray]:
    with np.load(REFERENCES) as held:
        return dict(held)


@cache
def probe() -> cnnviz.Probe:
    """Build the references' network in Keras, on the same weights."""
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 3, name="conv1"),
            layers.ReLU(name="relu1"),
            layers.MaxPooling2D(2, name="pool1"),
            layers.Conv2D(16, 3, name="conv2"),
            layers.ReLU(name="relu2"),
            layers.MaxPooling2D(2, name="pool2"),
            layers.Flatten(name="flatten"),
            layers.Dense(32, activation="relu", name="hidden"),
            layers.Dense(10, activation="softmax", name="scores"),
        ]
    )
    for name in ("conv1", "conv2", "hidden", "scores"):
        model.get_layer(name).set_weights([references()[f"weights/{name}/{part}"] for part in ("kernel", "bias")])
    return cnnviz.wrap(model, scale="0-1")


def images() -> Images:
    pixels = references()["pixels"]
    return Images(pixels, np.arange(len(pixels)) % 10, probe().class_names)


def ours(method: str, **parameters: object) -> np.ndarray:
    """Return our maps, (n, h, w), of the classes that the references are of."""
    target = PerImageClass(references()["classes"])
    return attribute(probe(), images(), method, target, **parameters).maps  # type: ignore[arg-type]
