"""Networks and pictures that attributions are tried on."""

from __future__ import annotations

from functools import cache

import numpy as np

import cnnviz
from cnnviz.data.images import Images
from tests.helpers import zoo


@cache
def zoo_probe(name: str) -> cnnviz.Probe:
    """Open fmnist-cnn, or one of the zoo with random weights."""
    return cnnviz.open_model("fmnist-cnn") if name == "fmnist-cnn" else cnnviz.wrap(zoo.make(name), scale="0-1")


def pictures_for(probe: cnnviz.Probe, n: int = 4) -> Images:
    """Draw random pictures that suit a model, with labels."""
    h, w, c = probe.card.input_shape
    pixels = np.random.default_rng(1).integers(0, 256, (n, h, w, c), dtype=np.uint8)
    return Images(pixels, np.arange(n) % len(probe.class_names), probe.class_names)
