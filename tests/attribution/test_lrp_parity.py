"""Layer-wise relevance propagation against zennit on the same weights; tests/reference/lrp_zennit.py wrote the file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.attribution.all_methods import METHODS
from cnnviz.core.targets import PerImageClass
from cnnviz.data.images import Images
from tests.conftest import ROOT

FORMS = ["lrp-epsilon", "lrp-epsilon:epsilon=0.1", "lrp-z-plus", "lrp", "lrp:first=flat"]


@cache
def reference() -> Mapping[str, np.ndarray]:
    with np.load(ROOT / "tests" / "reference" / "lrp_zennit.npz") as held:
        return dict(held)


@cache
def probe() -> cnnviz.Probe:
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 3, activation="relu", name="conv1"),
            layers.MaxPooling2D(2),
            layers.Conv2D(12, 3, name="conv2"),
            layers.ReLU(),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(24, activation="relu", name="hidden"),
            layers.Dense(10, activation="softmax", name="scores"),
        ]
    )
    for name in ("conv1", "conv2", "hidden", "scores"):
        model.get_layer(name).set_weights([reference()[f"{name}/{part}"] for part in ("kernel", "bias")])
    return cnnviz.wrap(model, scale="0-1")


@pytest.mark.parametrize("form", FORMS)
def test_the_same_relevance_as_zennit(form: str) -> None:
    held = reference()
    theirs = held[f"maps/{form}"]
    ours = METHODS.make(form)(probe(), Images(held["pixels"]), PerImageClass(held["classes"])).values
    most = np.abs(theirs).max(axis=(1, 2, 3), keepdims=True)
    assert most.min() > 0
    np.testing.assert_allclose(ours / most, theirs / most, atol=1e-4)
