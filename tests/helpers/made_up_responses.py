"""Responses with made-up values."""

from __future__ import annotations

import numpy as np

import cnnviz
from cnnviz.features.response_accumulator import ResponseAccumulator
from cnnviz.features.responses import Responses


def made_up(pictures: int, channels: int, classes: int) -> Responses:
    """Answers of a layer as large as one likes."""
    random = np.random.default_rng(1)
    peaks = np.maximum(random.normal(0, 1, (pictures, channels)), 0).astype(np.float32)
    from cnnviz.core.model_card import LayerInfo, ModelCard

    names = tuple(f"class {i}" for i in range(classes))
    card = ModelCard("big", "0", (4, 4, 1), names, (LayerInfo("fc", "Dense", (channels,), 9),), 9)
    gathering = ResponseAccumulator(card.layers[0], classes, 9)
    # Every other class has no picture.
    gathering.add(peaks, 2 * np.arange(pictures) % classes + 1)
    images = cnnviz.Images(np.zeros((pictures, 4, 4, 1), np.uint8))
    probabilities = np.full((pictures, classes), 1 / classes, np.float32)
    return Responses(images, card, probabilities, layers={"fc": gathering.responses()})
