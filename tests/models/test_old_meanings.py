"""What Keras 2 computed under a name that means something else, or nothing, in Keras 3."""

from __future__ import annotations

import json
import zipfile

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.models.repairs import repaired
from cnnviz.models.repairs.keras2_functions import hard_sigmoid_of_keras_2
from tests.helpers import old_forms
from tests.helpers import old_keras as old
from tests.helpers.old_files import GREY, answers, same


def test_hard_sigmoid_by_hand() -> None:
    assert np.asarray(hard_sigmoid_of_keras_2(np.float32([-4, -1, 0, 1, 4]))) == pytest.approx([0, 0.3, 0.5, 0.7, 1])


def hard(activation) -> keras.Model:
    model = keras.Sequential(
        [keras.Input(GREY), layers.Conv2D(3, 5, activation=activation), layers.Flatten(), layers.Dense(10, "softmax")]
    )
    old.shake(model)
    return model


def as_written(model: keras.Model, path, version: str):
    """The file says hard_sigmoid where the network has the function of Keras 2."""
    config = old_forms.described(model, version)
    for layer in config["config"]["layers"]:
        if "activation" in layer["config"] and layer["class_name"] == "Conv2D":
            layer["config"]["activation"] = "hard_sigmoid"
    return old.write_h5(path, config, [(layer.name, old.arrays_of(layer)) for layer in model.layers], version)


@pytest.mark.parametrize("version", [old.KERAS_2_2, old.TF_1_15, old.TF_2_12])
def test_hard_sigmoid_of_an_old_file_is_the_old_one(tmp_path, version: str) -> None:
    model = hard(hard_sigmoid_of_keras_2)
    probe = same(as_written(model, tmp_path / "net.h5", version), model)
    assert "hard_sigmoid" in probe.card.repairs
    assert probe.layers[0].activation == "hard_sigmoid_of_keras_2"
    today = keras.Sequential([keras.Input(GREY), layers.Activation("hard_sigmoid")])
    batch = np.ones((1, *GREY), np.float32)
    assert np.abs(today(batch) - np.asarray(hard_sigmoid_of_keras_2(batch))).max() > 0.03


def test_hard_sigmoid_of_a_new_file_is_the_new_one(tmp_path) -> None:
    model = hard("hard_sigmoid")
    for name in ("net.keras", "net.h5"):
        model.save(tmp_path / name)
        assert "hard_sigmoid" not in same(tmp_path / name, model).card.repairs


def test_a_keras_archive_of_2_12_tells_its_age_by_its_version(tmp_path) -> None:
    model = hard("hard_sigmoid")
    model.save(tmp_path / "new.keras")
    old_one = hard(hard_sigmoid_of_keras_2)
    with zipfile.ZipFile(tmp_path / "new.keras") as source, zipfile.ZipFile(tmp_path / "net.keras", "w") as sink:
        for name in source.namelist():
            content = source.read(name)
            if name == "metadata.json":
                content = json.dumps(json.loads(content) | {"keras_version": "2.12.0"}).encode()
            sink.writestr(name, content)
    assert same(tmp_path / "net.keras", old_one).card.repairs == ("hard_sigmoid",)


def test_a_recurrent_layer_has_a_hard_sigmoid_of_its_own(tmp_path) -> None:
    recurrent = layers.LSTM(6, recurrent_activation=hard_sigmoid_of_keras_2)
    model = keras.Sequential([keras.Input((28, 28)), recurrent, layers.Dense(10, activation="softmax")])
    old.shake(model)
    config = old_forms.described(model, old.KERAS_2_2)
    config["config"]["layers"][0]["config"]["recurrent_activation"] = "hard_sigmoid"
    groups = [(layer.name, old.arrays_of(layer)) for layer in model.layers]
    same(old.write_h5(tmp_path / "net.h5", config, groups, old.KERAS_2_2), model)


def test_the_age_of_a_configuration_without_a_version_is_seen_from_its_inputs() -> None:
    layer = {"class_name": "Activation", "config": {"name": "end", "activation": "hard_sigmoid"}}
    for key, is_old in (("batch_input_shape", True), ("batch_shape", False)):
        start = {"class_name": "InputLayer", "config": {"name": "start", key: [None, 4]}}
        config = {"class_name": "Sequential", "config": {"name": "net", "layers": [start, layer]}}
        assert ("hard_sigmoid" in repaired(config)[1]) == is_old
        assert "hard_sigmoid" not in repaired(config, "3.4.0")[1]


def test_layers_that_only_training_knew_are_let_through(tmp_path) -> None:
    factor = {"factor": 0.2, "interpolation": "bilinear", "seed": None}
    parts = [
        old.plain(layers.Identity(name="random_height"), "RandomHeight", **factor),
        old.plain(layers.Identity(name="random_width"), "RandomWidth", **factor),
        old.conv(old.TF_2_12, "conv", 3),
        old.plain(layers.SpatialDropout2D(0.2, name="drop"), "SpatialDropout2D", rate=0.2, noise_shape=None),
        old.flatten(),
        old.dense(old.TF_2_12, "dense", 10, "softmax"),
    ]  # fmt: skip
    model = old.intended(parts, GREY)
    path = old.write_h5(
        tmp_path / "net.h5", old.sequential(parts, old.TF_2_12, GREY), old.groups_of(parts), old.TF_2_12
    )
    assert {"class names", "dropped arguments"} <= set(same(path, model).card.repairs)


def test_a_layer_as_an_activation(tmp_path) -> None:
    """activation=LeakyReLU(alpha=0.1), which many wrote."""
    version = old.TF_2_12
    parts = [old.conv(version, "conv", 3, "linear"), old.flatten(), old.dense(version, "dense", 10, "softmax")]
    parts[0].layer.activation = layers.LeakyReLU(0.1)
    model = old.intended(parts, GREY)
    config = old.sequential(parts, version, GREY)
    written = {"name": "leaky", "trainable": True, "dtype": "float32", "alpha": 0.1}
    config["config"]["layers"][1]["config"]["activation"] = {"class_name": "LeakyReLU", "config": written}
    same(old.write_h5(tmp_path / "net.h5", config, old.groups_of(parts), version), model)


def test_more_functions_in_a_graph(tmp_path) -> None:
    version = old.TF_2_12
    conv, last = old.conv(version, "conv", 3, "linear"), old.dense(version, "dense", 10, "softmax")
    start = keras.Input((28, 28))
    x = keras.ops.transpose(keras.ops.tile(keras.ops.expand_dims(start, -1), [1, 1, 1, 3]), [0, 2, 1, 3])
    x = conv.layer(x)
    x = keras.ops.mean(x, axis=(1, 2))
    x = layers.UnitNormalization(axis=-1)(keras.ops.squeeze(x[:, None, :], 1))
    model = keras.Model(start, last.layer(x))
    old.shake(model)

    def function(layer: str, called: str, before: str, **options) -> tuple[dict, list]:
        config = {"name": layer, "trainable": True, "dtype": "float32", "function": called}
        return {"class_name": "TFOpLambda", "config": config}, [[before, 0, 0, options]]

    whole = {"start": None, "stop": None, "step": None}
    slicing = {"name": "take", "trainable": True, "dtype": "float32", "function": "__operators__.getitem"}
    steps = [
        (old.input_layer("input_1", (28, 28)), []),
        function("expand", "expand_dims", "input_1", axis=-1),
        function("colour", "image.grayscale_to_rgb", "expand"),
        function("turn", "compat.v1.transpose", "colour", perm=[0, 2, 1, 3], name="transpose", conjugate=False),
        (old.layer_config(conv, version), old.fed("turn")),
        function("mean", "math.reduce_mean", "conv", axis=[1, 2], keepdims=False),
        ({"class_name": "SlicingOpLambda", "config": slicing}, [["mean", 0, 0, {"slice_spec": [whole, None, whole]}]]),
        function("squeeze", "compat.v1.squeeze", "take", axis=1, name=None),
        function("unit", "math.l2_normalize", "squeeze", axis=-1),
        (old.layer_config(last, version), old.fed("unit")),
    ]
    config = old.functional(steps, "dense")
    path = old.write_h5(tmp_path / "net.h5", config, old.groups_of([conv, last]), version)
    images, expected = answers(model)
    np.testing.assert_allclose(cnnviz.open_model(path, scale="0-1").probabilities(images), expected, atol=1e-5)
