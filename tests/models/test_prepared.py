"""A Keras model in a loop is prepared once: see models/prepared.py."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.models import prepared, runner
from tests.helpers.sweeps import slow

PIXELS = np.random.default_rng(0).integers(0, 256, (3, 16, 16, 1)).astype(np.uint8)


def small(activation: str = "relu") -> keras.Model:
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            keras.layers.Conv2D(4, 3, activation=activation, name="conv"),
            keras.layers.GlobalAveragePooling2D(name="pool"),
            keras.layers.Dense(3, activation="softmax", name="scores"),
        ]
    )


def functional() -> keras.Model:
    inner = small()
    start = keras.Input((16, 16, 1))
    return keras.Model(start, keras.layers.Dense(3, activation="softmax")(inner(keras.layers.ReLU()(start))))


class Subclassed(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.conv = keras.layers.Conv2D(4, 3, activation="relu")
        self.pool = keras.layers.GlobalAveragePooling2D()
        self.scores = keras.layers.Dense(3, activation="softmax")
        self.doubled = False

    def call(self, images: Any) -> Any:
        maps = self.conv(images)
        return self.scores(self.pool(maps * 2 if self.doubled else maps))


def subclassed() -> keras.Model:
    model = Subclassed()
    model(np.zeros((1, 16, 16, 1), np.float32))
    return model


@pytest.fixture
def traces(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A list that grows with every function that is traced."""
    made: list[Any] = []
    original = runner.compile_function

    def counted(function: Any, *specs: Any) -> Any:
        made.append(function)
        return original(function, *specs)

    monkeypatch.setattr(runner, "compile_function", counted)
    return made


def right(model: keras.Model) -> np.ndarray:
    return model(PIXELS.astype(np.float32) / 255, training=False).numpy()


@pytest.mark.parametrize("make", [small, functional, subclassed])
def test_the_second_call_traces_nothing(make: Any, traces: list[Any]) -> None:
    model = make()
    first = cnnviz.attribute(model, PIXELS)
    assert traces
    traces.clear()
    again = cnnviz.attribute(model, PIXELS)
    assert not traces
    np.testing.assert_array_equal(first.values, again.values)
    np.testing.assert_allclose(again.probabilities, right(model), atol=1e-5)


@pytest.mark.parametrize("make", [small, functional, subclassed])
def test_weights_show_through(make: Any, traces: list[Any]) -> None:
    model = make()
    before = cnnviz.attribute(model, PIXELS)
    traces.clear()
    model.set_weights([weights + 0.5 for weights in model.get_weights()])
    after = cnnviz.attribute(model, PIXELS)
    assert not traces and after.model.hash != before.model.hash
    np.testing.assert_allclose(after.probabilities, right(model), atol=1e-5)
    assert not np.allclose(after.probabilities, before.probabilities)


def test_training_and_predicting_change_no_structure(traces: list[Any]) -> None:
    model = small()
    cnnviz.attribute(model, PIXELS)
    traces.clear()
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(PIXELS / 255, np.arange(3), verbose=0)
    model.predict(PIXELS / 255, verbose=0)
    model.trainable = False
    found = cnnviz.attribute(model, PIXELS)
    assert not traces
    np.testing.assert_allclose(found.probabilities, right(model), atol=1e-5)


def changed_activation(model: Any) -> None:
    model.layers[0].activation = keras.activations.tanh


def changed_layers(model: Any) -> None:
    model.pop()
    model.add(keras.layers.Dense(3, activation="softmax", name="new"))


@pytest.mark.parametrize("change", [changed_activation, changed_layers])
def test_a_changed_structure_is_seen(change: Any) -> None:
    model = small()
    cnnviz.attribute(model, PIXELS)
    change(model)
    found = cnnviz.attribute(model, PIXELS)
    np.testing.assert_allclose(found.probabilities, right(model), atol=1e-5)
    assert cnnviz.wrap(model).layers[-1].path == model.layers[-1].name


def test_a_changed_attribute_of_a_subclass_is_seen() -> None:
    model = subclassed()
    before = cnnviz.attribute(model, PIXELS).probabilities
    model.doubled = True
    after = cnnviz.attribute(model, PIXELS).probabilities
    np.testing.assert_allclose(after, right(model), atol=1e-5)
    assert not np.allclose(before, after)


def test_options_are_kept_apart() -> None:
    start = keras.Input((None, None, 1))
    maps = keras.layers.Conv2D(4, 3, activation="relu")(start)
    pooled = keras.layers.GlobalAveragePooling2D()(maps)
    ends = [keras.layers.Dense(n, activation="softmax", name=f"of{n}")(pooled) for n in (2, 5)]
    model = keras.Model(start, ends)
    for _ in range(2):
        for output, classes in (("of2", 2), ("of5", 5)):
            for size in ((16, 16), (24, 20)):
                probe = cnnviz.wrap(model, output=output, input_size=size)
                assert probe.card.input_shape == (*size, 1) and len(probe.class_names) == classes
    assert cnnviz.wrap(model, output="of2", input_size=(16, 16), scale="0-255").scale.name == "0-255"


@pytest.mark.parametrize("make", [subclassed, *slow(small, functional)])
def test_the_model_is_not_kept_alive(make: Any) -> None:
    model = make()
    cnnviz.attribute(model, PIXELS)
    cnnviz.activations(model, PIXELS)
    cnnviz.maximize(model, "conv" if make is small else None, [0], steps=1)
    kept, key = weakref.ref(model), id(model)
    assert key in prepared._entries
    del model
    keras.utils.clear_session(free_memory=False)
    gc.collect()
    assert kept() is None and key not in prepared._entries
