"""What was computed with a model is released with it."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from keras import Sequential, layers

import cnnviz

PIXELS = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 1), dtype=np.uint8)


def kept_graphs() -> int:
    for _ in range(3):
        gc.collect()
    return sum(type(one).__name__ == "FuncGraph" for one in gc.get_objects())


def small() -> Sequential:
    return Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Conv2D(2, 3, activation="relu", name="conv"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )


@pytest.mark.parametrize("method", ["saliency", "guided-backprop", "lrp-epsilon", "maximize"])
def test_no_graph_outlives_its_model(method):
    def use() -> None:
        probe = cnnviz.wrap(small(), scale="0-1")
        if method == "maximize":
            cnnviz.maximize(probe, "conv", [0], steps=1)
        else:
            cnnviz.attribute(probe, PIXELS, method)

    use()
    before = kept_graphs()
    use()
    assert kept_graphs() == before


def test_no_graph_outlives_a_training():
    images = cnnviz.open_images("sample")[:20]

    def use() -> None:
        cnnviz.train(layers="flatten, dense 10", images=images, epochs=1)

    use()
    before = kept_graphs()
    use()
    assert kept_graphs() == before
