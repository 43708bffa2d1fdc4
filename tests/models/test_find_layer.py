"""A layer is given by name, by index, or as the Keras layer, to every function that takes one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.models.probe import Probe

PIXELS = np.random.default_rng(0).integers(0, 256, (4, 24, 24, 3)).astype(np.uint8)


def paths(result: Any) -> list[str]:
    return [getattr(layer, "path", layer) for layer in result.layers]


@pytest.fixture(scope="module")
def model() -> keras.Model:
    inner = keras.Sequential(
        [
            keras.Input((20, 20, 6)),
            keras.layers.Conv2D(5, 3, activation="relu", name="deep"),
            keras.layers.ReLU(name="last"),
        ],
        name="inner",
    )
    start = keras.Input((24, 24, 3))
    maps = inner(keras.layers.Conv2D(6, 5, activation="relu", name="first")(start))
    maps = keras.layers.GlobalAveragePooling2D(name="pool")(keras.layers.Conv2D(4, 3, name="end")(maps))
    return keras.Model(start, keras.layers.Dense(3, activation="softmax", name="scores")(maps))


@pytest.fixture(scope="module")
def probe(model: keras.Model) -> Probe:
    return cnnviz.wrap(model)


@pytest.mark.parametrize(
    ("give", "path"),
    [
        (lambda m: "first", "first"),
        (lambda m: "deep", "inner/deep"),
        (lambda m: m.get_layer("first"), "first"),
        (lambda m: m.get_layer("inner").get_layer("deep"), "inner/deep"),
        (lambda m: m.get_layer("inner"), "inner/last"),
        (lambda m: -1, "scores"),
        (lambda m: -3, "end"),
        (lambda m: -4, "inner/last"),
        (lambda m: 1, "first"),
        (lambda m: np.int64(-2), "pool"),
    ],
)
def test_found(model: keras.Model, probe: Probe, give: Callable[[Any], Any], path: str) -> None:
    assert probe.layer(give(model)).path == path


@pytest.mark.parametrize(
    ("give", "words"),
    [
        (lambda m: 99, "there is no layer 99: the model has 6; choose from: first, inner/deep, inner/last, end, pool"),
        (lambda m: -7, "there is no layer -7"),
        (lambda m: 0, "is the model's input; choose from: first"),
        (lambda m: keras.layers.Conv2D(6, 5, name="first"), "'first' is not a layer of this model; choose from: first"),
        (lambda m: None, "None is not a layer"),
        (lambda m: 1.5, "1.5 is not a layer; give a name, an index or a layer of the model"),
        (lambda m: True, "True is not a layer"),
    ],
)
def test_not_found(model: keras.Model, probe: Probe, give: Callable[[Any], Any], words: str) -> None:
    with pytest.raises(UsageError) as raised:
        probe.layer(give(model))
    assert words in str(raised.value) and "\n" not in str(raised.value)


def test_a_list_with_an_unknown_name(probe: Probe) -> None:
    with pytest.raises(UnknownNameError, match="frist"):
        cnnviz.activations(probe, PIXELS, layer=["frist", -1])


def test_every_function_takes_them(model: keras.Model, probe: Probe, tmp_path: Path) -> None:
    end = model.get_layer("end")
    assert paths(cnnviz.activations(model, PIXELS, layer=[end, -1, "first"])) == ["first", "end", "scores"]
    for method in ("grad-cam", "guided-grad-cam"):
        by_name = cnnviz.attribute(model, PIXELS, method, layer="end")
        for layer in (end, -3):
            made = cnnviz.attribute(model, PIXELS, method, layer=layer)
            np.testing.assert_array_equal(made.values, by_name.values)
            assert made.how == by_name.how
    fused = cnnviz.attribute(model, PIXELS, layer=[end, model.get_layer("first")])
    np.testing.assert_array_equal(fused.values, cnnviz.attribute(model, PIXELS, layer=["end", "first"]).values)
    assert fused.to_json() == cnnviz.attribute(model, PIXELS, layer=["end", "first"]).to_json()
    assert cnnviz.heatmaps(model, PIXELS, layer=end).attributions[0].how.layers == ("end",)
    np.testing.assert_array_equal(
        probe.gradients(probe.fit(cnnviz.open_images(PIXELS)), layer=end).shape, (4, 16, 16, 4)
    )
    assert paths(cnnviz.responses(model, PIXELS, layer=end)) == ["end"]
    assert paths(cnnviz.filters(model, PIXELS, layer=end, include=())) == ["end"]
    assert cnnviz.embedding(model, PIXELS, layer=-2, methods="pca").layer.path == "pool"
    made = cnnviz.maximize(model, end, [1], steps=2)
    assert made.how.layer == "end"
    for part in cnnviz.stream_activations(model, PIXELS, end):
        assert paths(part) == ["end"]
