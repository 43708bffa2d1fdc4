"""SavedModel folders of tf.keras 2 open with their layers."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import cnnviz
from tests.helpers import old_keras as old
from tests.helpers.old_files import GREY, same
from tests.models import saved_folders as folders
from tests.models.saved_nets import VERSIONS, chain, keras_of, refused


@pytest.mark.parametrize("version", VERSIONS)
def test_a_sequential_opens_with_its_layers(tmp_path, version: str) -> None:
    model, config = chain(version)
    probe = same(folders.write(tmp_path / "net", model, config, version), model)
    assert [layer.path for layer in probe.layers] == [layer.name for layer in model.layers]
    assert (probe.card.format, probe.card.writer) == ("SavedModel", f"TensorFlow {version}")
    assert probe.card.notes == () and "axis list" in probe.card.repairs


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("frozen", [(), ("left",), ("left", "right")])
def test_layers_of_one_name_in_two_nested_models_keep_their_own_arrays(tmp_path, version, frozen) -> None:
    kind = keras_of(version)
    made, configs = [], []
    for name, shape in (("left", GREY), ("right", (26, 26, 4))):
        body = [old.conv(kind, "conv2d", 4), old.norm(kind, "batch_normalization")]
        made.append(keras.Sequential([keras.Input(shape), *(part.layer for part in body)], name=name))
        configs.append(old.sequential(body, kind, shape, name))
    last = old.dense(kind, "dense", 10, "softmax")
    start = keras.Input(GREY)
    model = keras.Model(start, last.layer(layers.Flatten(name="flatten")(made[1](made[0](start)))))
    old.shake(model)
    config = old.functional(
        [
            (old.input_layer("input_1", GREY), []),
            (configs[0], old.fed("input_1")),
            (configs[1], old.fed("left", node=1)),
            (old.layer_config(old.flatten("flatten"), kind), old.fed("right", node=1)),
            (old.layer_config(last, kind), old.fed("flatten")),
        ],
        "dense",
    )
    path = folders.write(tmp_path / "net", model, config, version, frozen)
    keys = {key.split("/")[0] for key, _ in tf.train.list_variables(str(path / "variables" / "variables"))}
    assert ("variables" in keys) == bool(frozen)
    probe = same(path, model)
    assert probe.layer("right/conv2d").shape == (24, 24, 4)


def test_a_normalization_answers_with_what_it_was_adapted_to(tmp_path) -> None:
    norm = layers.Normalization(name="normalization")
    norm.adapt(np.random.default_rng(0).normal(40, 20, (64, *GREY)).astype(np.float32))
    last = old.dense(old.TF_2_12, "dense", 10, "softmax")
    model = keras.Sequential([keras.Input(GREY), norm, layers.Flatten(name="flatten"), last.layer])
    parts = [
        old.plain(norm, "Normalization", axis=[-1], mean=None, variance=None),
        old.flatten("flatten"),
        last,
    ]
    path = folders.write(tmp_path / "net", model, old.sequential(parts, old.TF_2_12, GREY))
    same(path, model)


def test_a_model_inside_a_sequential_puts_out_one_tensor(tmp_path) -> None:
    kind = old.TF_2_12
    inner, last = old.conv(kind, "conv2d", 4), old.dense(kind, "dense", 10, "softmax")
    start = keras.Input(GREY)
    back = keras.Model(start, inner.layer(start), name="backbone")
    model = keras.Sequential([keras.Input(GREY), back, layers.Flatten(name="flatten"), last.layer])
    old.shake(model)
    graph = [(old.input_layer("input_1", GREY), []), (old.layer_config(inner, kind), old.fed("input_1"))]
    nested = {**old.functional(graph, "conv2d", "backbone"), "class_name": "Functional"}
    parts = [nested, old.layer_config(old.flatten("flatten"), kind), old.layer_config(last, kind)]
    config = {"class_name": "Sequential", "config": {"name": "sequential", "layers": parts}}
    probe = same(folders.write(tmp_path / "net", model, config), model)
    assert "lists of one" in probe.card.repairs and probe.layers[0].path == "backbone/conv2d"


class Doubled(layers.Layer):
    """Another's layer."""

    def build(self, shape: Any) -> None:
        self.shift = self.add_weight(name="shift", shape=(shape[-1],))

    def call(self, x: Any) -> Any:
        return x * 2 + self.shift


class Net(keras.Model):
    """A class of its own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.first = layers.Conv2D(4, 3, activation="relu", name="first")
        self.flat = layers.Flatten(name="flat")
        self.last = layers.Dense(10, activation="softmax", name="last")

    def call(self, x: Any) -> Any:
        return self.last(self.flat(self.first(x)))


def test_a_callers_own_layer_is_filled(tmp_path) -> None:
    own, last = Doubled(name="doubled"), old.dense(old.TF_2_12, "dense", 10, "softmax")
    parts = [old.plain(own, "Doubled"), old.flatten("flatten"), last]
    model = old.intended(parts, GREY)
    path = folders.write(tmp_path / "net", model, old.sequential(parts, old.TF_2_12, GREY))
    same(path, model, custom_objects={"Doubled": Doubled})
    refused(path, "'doubled' needs 'Doubled', which is not part of Keras; give it as custom_objects")


def test_a_callers_own_model_is_built_and_filled(tmp_path) -> None:
    model = Net()
    model(np.zeros((1, *GREY), np.float32))
    old.shake(model)
    made = {name: tf.train.Checkpoint(**folders.attributes(getattr(model, name))) for name in ("first", "flat", "last")}
    shape = {"class_name": "TensorShape", "items": [None, *GREY]}
    notes = {
        "root": (
            "_tf_keras_model",
            {"name": "net", "class_name": "Net", "config": {}, "build_input_shape": shape},
        )
    }
    notes |= {f"root.{name}": ("_tf_keras_layer", {"name": name, "class_name": "x", "config": {}}) for name in made}
    path = folders.save(tmp_path / "net", tf.train.Checkpoint(**made), notes)
    pixels = np.random.default_rng(1).integers(0, 256, (3, *GREY), dtype=np.uint8)
    probe = cnnviz.open_model(path, scale="0-1", custom_objects={"Net": Net})
    expected = np.asarray(model(pixels.astype(np.float32) / 255))
    np.testing.assert_allclose(probe.probabilities(cnnviz.Images(pixels)), expected, atol=1e-5)
    assert [layer.path for layer in probe.layers] == ["first", "flat", "last"]
