"""Networks by ways of scaling, with labels, without labels and without images: right, or loudly unsure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.data.images import Images
from tests.helpers.sweeps import sweep
from tests.helpers.tinted_networks import tinted, trained_on

from .test_front import FRONTS, MODULES

Prepare = Callable[[np.ndarray], np.ndarray]


def module(name: str) -> Prepare:
    return lambda pixels: np.asarray(
        getattr(keras.applications, name).preprocess_input(pixels.astype("float32")), "float32"
    )


#: What people do to pixels (n, h, w, c) from 0 to 255 before they call ``fit``.
OUTSIDE: dict[str, Prepare] = {
    **{f"{name}.preprocess_input": module(name) for name in MODULES},
    "unit": lambda x: x.astype("float32") / 255,
    "bytes": lambda x: x.astype("float32"),
    "signed": lambda x: x.astype("float32") / 127.5 - 1,
    "opencv": lambda x: x[..., ::-1].astype("float32") / 255,
    "inverted": lambda x: 1 - x.astype("float32") / 255,
    "half": lambda x: x.astype("float32") / 255 - 0.5,
    "centered bytes": lambda x: x.astype("float32") - 128,
    "standardized": lambda x: (x.astype("float32") - 128) / 64,
    "own moments": lambda x: (x.astype("float32") - 50) / 60,
    "mean image": lambda x: x.astype("float32") - tinted()[0].pixels.mean(axis=0),
}
#: Networks without an usual scale among the candidates: they cannot be right, but must not be sure either.
CASES = [(kind, name) for kind in ("plain", "convolutions", "first", "residual") for name in OUTSIDE]
FIRST = [
    ("plain", "centered bytes"),
    ("convolutions", "opencv"),
    ("residual", "vgg16.preprocess_input"),
]


@cache
def network(kind: str, name: str) -> keras.Model:
    return trained_on(lambda images: OUTSIDE[name](images.pixels), kind)


def ways() -> Iterator[tuple[str, Images | None]]:
    """The images that somebody may have: none, some without labels, some with."""
    _, others = tinted()
    yield "no images", None
    yield "no labels", Images(others.pixels)
    yield "labels", others


def check(model: keras.Model, prepare: Prepare) -> dict[str, bool]:
    """Return whether the network is fed as in training, for each way; AssertionError where it is wrong in silence."""
    _, others = tinted()
    expected = model.predict(prepare(others.pixels), verbose=0)
    found = {}
    for way, images in ways():
        probe = cnnviz.wrap(model)
        fitted = others
        if images is not None:
            probe, fitted = probe.align(images)
        off = float(np.abs(probe.probabilities(fitted) - expected).max())
        found[way] = off < 1e-5
        if not found[way]:
            assert not probe.scale.settled, f"{way}: off by {off:.2g} at {probe.scale}"
            assert "assumed" in probe.scale.reason
            notes = cnnviz.predict(probe, fitted[:2]).input_notes
            assert any("--scale" in note for note in notes), notes
    return found


@pytest.mark.parametrize("case", sweep(CASES, *FIRST), ids=" ".join)
def test_preprocessing_outside_the_network_is_found_or_said_to_be_unknown(case: tuple[str, str]) -> None:
    kind, name = case
    found = check(network(kind, name), OUTSIDE[name])
    # The order of channels may stay open, so that "opencv" need not be found; check() sees to it that this is said.
    usual = name.endswith("preprocess_input") or name in ("unit", "bytes", "signed")
    assert found["labels"] or not usual or kind == "plain"
    assert found["no labels"] or not usual or kind == "plain"


@pytest.mark.parametrize("name", sweep(FRONTS, "vgg16.preprocess_input", "augmented", "lambda", "nested caffe"))
def test_preprocessing_inside_the_network_is_measured_whatever_images_there_are(name: str) -> None:
    steps, scale = FRONTS[name]
    start = keras.Input((28, 28, 3))
    keras.utils.set_random_seed(2)
    x = layers.Resizing(24, 24)(start)
    model = keras.Model(start, layers.Dense(10, "softmax")(layers.Flatten()(layers.Conv2D(4, 3)(steps(x)))))
    low, high = {"0-255": (0, 255), "0-1": (0, 1), "-1-1": (-1, 1)}[scale]
    assert all(check(model, lambda pixels: pixels.astype("float32") / 255 * (high - low) + low).values())


def test_the_table_has_at_least_sixty_rows() -> None:
    assert len(CASES) + len(FRONTS) >= 60
