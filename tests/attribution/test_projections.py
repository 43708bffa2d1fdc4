"""Cells projected within their window, against projections through the whole image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.attribution import projections as projecting
from cnnviz.attribution.method import Method
from cnnviz.attribution.projections import Cells, projections
from cnnviz.attribution.resolve import resolve_method
from cnnviz.core.progress import silent
from cnnviz.data.images import Images
from cnnviz.models.probe import Probe
from cnnviz.models.windowed_graph import WindowedGraph, windowed_graph

SHAPE = (84, 72, 3)


def _with_weights(model: keras.Model) -> Probe:
    random = np.random.default_rng(0)
    for weight in model.weights:
        if "kernel" not in weight.path:
            weight.assign(random.uniform(0.2, 1, weight.shape))
    return cnnviz.wrap(model, scale="0-1")


@pytest.fixture(scope="module")
def probe() -> Probe:
    keras.utils.set_random_seed(1)
    image = keras.Input(SHAPE)
    x = layers.Rescaling(2.0, offset=-1)(image)
    x = layers.Conv2D(6, 5, strides=2, padding="same", activation="relu", name="strided")(x)
    x = layers.MaxPooling2D(3, 2, padding="same", name="pooled")(x)
    wide = layers.ReLU(6.0)(layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same", dilation_rate=2)(x)))
    deep = layers.SeparableConv2D(4, 3, padding="same", activation="relu")(x)
    x = layers.Concatenate(name="joined")([wide, deep, layers.Conv2D(4, 1, activation="relu")(x)])
    x = layers.Add(name="added")([x, layers.Conv2D(12, 4, padding="same", activation="relu")(x)])
    x = layers.PReLU(shared_axes=[1, 2])(layers.ZeroPadding2D(((1, 2), (0, 1)))(x))
    x = layers.Activation("relu", name="deep")(layers.DepthwiseConv2D(3, strides=2)(x))
    x = layers.AveragePooling2D(2, name="averaged")(layers.Cropping2D(1)(x))
    x = layers.Dense(4, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    return _with_weights(keras.Model(image, x))


def _cells(probe: Probe, path: str) -> Cells:
    """Return the corners of a layer's maps and some cells between them."""
    random = np.random.default_rng(0)
    images = Images(random.integers(0, 256, (4, *SHAPE), dtype=np.uint8))
    info = probe.layer(path)
    rows, columns, channels = info.shape
    places = np.array([(r, c) for r in (0, 1, rows // 2, rows - 1) for c in (0, columns // 3, columns - 1)])
    of, channel = random.integers(0, 4, len(places)), random.integers(0, channels, len(places))
    values = probe.activations(images, [path])[path][of, places[:, 0], places[:, 1], channel]
    return Cells(images, info, of, places, channel, values)


def _projected(probe: Probe, method: Method, cells: Cells) -> np.ndarray:
    made = np.zeros((len(cells.of), *SHAPE), np.float32)
    for part, values, begin in projections(probe, method, cells, None, silent):
        for at, value, (top, left) in zip(part, values, begin, strict=True):
            rows, columns = (max(0, -start) for start in (top, left))
            seen = value[rows : SHAPE[0] - top, columns : SHAPE[1] - left]
            made[at, max(0, top) :, max(0, left) :][: seen.shape[0], : seen.shape[1]] = seen
    return made


@pytest.mark.parametrize(
    ("path", "name"), [("pooled", "deconvnet"), ("added", "guided-backprop"), ("averaged", "deconvnet")]
)
def test_a_window_gives_what_the_whole_image_gives(
    probe: Probe, path: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    method, cells = resolve_method(name), _cells(probe, path)
    monkeypatch.setattr(projecting, "HELD", 4 * np.prod(SHAPE) * 3)
    monkeypatch.setattr(projecting, "_of_whole_images", _never)
    found = _projected(probe, method, cells)
    monkeypatch.undo()
    monkeypatch.setattr(projecting, "_windowed", lambda *_: None)
    whole = _projected(probe, method, cells)
    assert whole.any()
    np.testing.assert_allclose(found, whole, rtol=0, atol=1e-6 * np.abs(whole).max())


def _never(*_: object) -> None:
    raise AssertionError


def test_windows_that_do_not_give_the_value_of_the_cell_are_not_used(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    method, cells = resolve_method("deconvnet"), _cells(probe, "joined")
    right = _projected(probe, method, cells)
    made = projecting._windowed(probe, method, cells.layer)
    assert made is not None
    shifted = replace(made, network=replace(made.network, offset=(made.network.offset[0] + 1, made.network.offset[1])))
    monkeypatch.setattr(projecting, "_windowed", lambda *_: shifted)
    np.testing.assert_allclose(_projected(probe, method, cells), right, rtol=0, atol=1e-6 * np.abs(right).max())


@pytest.mark.parametrize(
    ("layer", "known"),
    [
        (lambda: layers.PReLU(shared_axes=[1, 2]), True),
        (lambda: layers.PReLU(), False),
        (lambda: layers.BatchNormalization(), True),
        (lambda: layers.BatchNormalization(axis=1), False),
        (lambda: layers.Rescaling(np.ones((48, 48, 1)).tolist()), False),
        (lambda: layers.Normalization(axis=(1, 2, 3), mean=np.ones((48, 48, 4)), variance=np.ones((48, 48, 4))), False),
        (lambda: layers.AveragePooling2D(3, padding="valid"), True),
        (lambda: layers.AveragePooling2D(3, 1, padding="same"), False),
        (lambda: layers.UpSampling2D(), False),
        (lambda: layers.Conv2D(4, 41), False),
    ],
)
def test_only_layers_that_are_the_same_at_every_place_have_windows(
    layer: Callable[[], keras.layers.Layer], known: bool
) -> None:
    stack = [keras.Input((48, 48, 1)), layers.Conv2D(4, 1, name="first"), layer(), layers.Conv2D(4, 1, name="last")]
    model = keras.Sequential([*stack, layers.Flatten(), layers.Dense(3)])
    graph = cnnviz.wrap(model, scale="0-1").runner.graph
    assert isinstance(windowed_graph(graph, "first", (48, 48, 1)), WindowedGraph)
    assert (windowed_graph(graph, "last", (48, 48, 1)) is not None) is known
