"""Files of every Keras from 2.1 on open and answer as the network that was meant."""

from __future__ import annotations

import copy
import json

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import ModelError
from tests.helpers import old_forms
from tests.helpers import old_keras as old
from tests.helpers.old_files import GREY, answers, same


def chain(version: str) -> list[old.Part]:
    return [
        old.conv(version, "conv2d_1", 4),
        old.norm(version, "batch_normalization_1"),
        old.pool("max_pooling2d_1"),
        old.plain(layers.Dropout(0.25, name="dropout_1"), "Dropout", rate=0.25, noise_shape=None, seed=None),
        old.flatten(),
        old.dense(version, "dense_1", 10, "softmax"),
    ]


@pytest.mark.parametrize("version", old.VERSIONS)
def test_a_sequential_of_every_version(tmp_path, version: str) -> None:
    parts = chain(version)
    model = old.intended(parts, GREY)
    path = old.write_h5(tmp_path / "net.h5", old.sequential(parts, version, GREY), old.groups_of(parts), version)
    probe = same(path, model)
    assert probe.card.writer == f"Keras {version} on tensorflow"
    assert [layer.path for layer in probe.layers] == [part.name for part in parts]
    wanted = {
        old.KERAS_2_1: {"bare list of layers", "batch_input_shape"},
        old.KERAS_2_2: {"batch_input_shape"},
        old.TF_1_15: {"batch_input_shape", "initializer dtype", "class names", "axis list"},
        old.TF_2_0: {"batch_input_shape", "axis list"},
        old.TF_2_12: {"batch_input_shape", "axis list"},
    }[version]
    assert set(probe.card.repairs) == wanted


@pytest.mark.parametrize("version", old.VERSIONS)
def test_a_graph_with_branches(tmp_path, version: str) -> None:
    first, left, right = (old.conv(version, f"conv2d_{i}", 4, padding="same") for i in (1, 2, 3))
    last = old.dense(version, "dense_1", 10, "softmax")
    start = keras.Input(GREY)
    x = first.layer(start)
    both = layers.Concatenate()([layers.Add()([left.layer(x), x]), right.layer(x)])
    model = keras.Model(start, last.layer(layers.GlobalAveragePooling2D()(both)))
    old.shake(model)
    config = old.functional(
        [
            (old.input_layer("input_1", GREY), []),
            (old.layer_config(first, version), old.fed("input_1")),
            (old.layer_config(left, version), old.fed("conv2d_1")),
            (old.layer_config(right, version), old.fed("conv2d_1")),
            ({"class_name": "Add", "config": {"name": "add_1", "trainable": True}}, old.fed("conv2d_2", "conv2d_1")),
            (
                {"class_name": "Concatenate", "config": {"name": "concat_1", "trainable": True, "axis": -1}},
                old.fed("add_1", "conv2d_3"),
            ),
            (
                {"class_name": "GlobalAveragePooling2D", "config": {"name": "gap", "data_format": "channels_last"}},
                old.fed("concat_1"),
            ),
            (old.layer_config(last, version), old.fed("gap")),
        ],
        "dense_1",
    )
    path = old.write_h5(tmp_path / "net.h5", config, old.groups_of([first, left, right, last]), version)
    same(path, model)


def nested(version: str, kind: str, index: int, frozen: bool = False) -> tuple[keras.Model, dict, list]:
    """A graph with a backbone inside: its configuration, and its arrays under the backbone's name."""
    body = [old.conv(version, "conv2d_1", 4), old.norm(version, "batch_normalization_1"), old.pool("max_pooling2d_1")]
    if kind == "Sequential":
        back = keras.Sequential([keras.Input(GREY), *(part.layer for part in body)], name="backbone")
        inner = old.sequential(body, version, GREY, "backbone")
    else:
        x = start = keras.Input(GREY)
        for part in body:
            x = part.layer(x)
        back = keras.Model(start, x, name="backbone")
        names = ["input_2", *(part.name for part in body)]
        steps = zip(body, names, strict=False)
        made = [(old.input_layer("input_2", GREY), [])]
        made += [(old.layer_config(part, version), old.fed(before)) for part, before in steps]
        inner = old.functional(made, body[-1].name, "backbone")
    last = old.dense(version, "dense_1", 10, "softmax")
    start = keras.Input(GREY)
    model = keras.Model(start, last.layer(layers.Flatten()(back(start))))
    old.shake(model)
    config = old.functional(
        [
            (old.input_layer("input_1", GREY), []),
            (inner, old.fed("input_1")),
            (old.layer_config(old.flatten(), version), old.fed("backbone", node=index)),
            (old.layer_config(last, version), old.fed("flatten_1")),
        ],
        "dense_1",
    )
    back.trainable = not frozen
    return model, config, [("backbone", old.arrays_of(back)), ("dense_1", old.arrays_of(last.layer))]


@pytest.mark.parametrize("version", [old.KERAS_2_2, old.TF_1_15, old.TF_2_0, old.TF_2_12])
@pytest.mark.parametrize(("kind", "index"), [("Model", 1), ("Sequential", 1), ("Model", 0), ("Sequential", 0)])
def test_a_model_in_a_model_however_its_calls_are_counted(tmp_path, version: str, kind: str, index: int) -> None:
    model, config, groups = nested(version, kind, index)
    probe = same(old.write_h5(tmp_path / "net.h5", config, groups, version), model)
    assert "backbone/conv2d_1" in [layer.path for layer in probe.layers]
    assert ("nested models" in probe.card.repairs) == (index == 1)


def test_arrays_of_a_frozen_backbone_are_found_by_name(tmp_path) -> None:
    model, config, groups = nested(old.TF_2_12, "Model", 1, frozen=True)
    same(old.write_h5(tmp_path / "net.h5", config, groups, old.TF_2_12), model)


@pytest.mark.parametrize("version", [old.TF_2_0, old.TF_2_12])
def test_arguments_that_keras_3_no_longer_takes(tmp_path, version: str) -> None:
    parts = [
        old.conv(version, "conv2d_1", 4),
        old.depthwise(version, "depthwise_conv2d_1"),
        old.separable(version, "separable_conv2d_1", 3),
        old.plain(layers.LeakyReLU(0.2, name="leaky"), "LeakyReLU", alpha=0.2),
        old.plain(layers.ReLU(threshold=0.1, name="threshold"), "ThresholdedReLU", theta=0.1),
        old.flatten(),
        old.dense(version, "dense_1", 10, "softmax"),
    ]
    model = old.intended(parts, GREY)
    path = old.write_h5(tmp_path / "net.h5", old.sequential(parts, version, GREY), old.groups_of(parts), version)
    assert {"dropped arguments", "class names"} <= set(same(path, model).card.repairs)


def test_an_argument_that_matters_is_not_dropped(tmp_path) -> None:
    parts = [old.depthwise(old.TF_2_12, "depthwise"), old.flatten(), old.dense(old.TF_2_12, "dense", 10)]
    old.intended(parts, GREY)
    config = old.sequential(parts, old.TF_2_12, GREY)
    config["config"]["layers"][1]["config"]["groups"] = 2
    path = old.write_h5(tmp_path / "net.h5", config, old.groups_of(parts), old.TF_2_12)
    with pytest.raises(ModelError, match="groups") as error:
        cnnviz.open_model(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "name", ["softmax_v2", {"class_name": "function", "config": "softmax_v2", "module": "builtins"}]
)
def test_softmax_v2_is_softmax(tmp_path, name) -> None:
    parts = chain(old.TF_2_12)
    model = old.intended(parts, GREY)
    config = old.sequential(parts, old.TF_2_12, GREY)
    config["config"]["layers"][-1]["config"]["activation"] = name
    path = old.write_h5(tmp_path / "net.h5", config, old.groups_of(parts), old.TF_2_12)
    assert "function names" in same(path, model).card.repairs


def test_a_keras_archive_with_softmax_v2(tmp_path) -> None:
    import zipfile

    model = old.intended(chain(old.TF_2_12), GREY)
    model.save(tmp_path / "new.keras")
    with zipfile.ZipFile(tmp_path / "new.keras") as source, zipfile.ZipFile(tmp_path / "net.keras", "w") as sink:
        for name in source.namelist():
            content = source.read(name)
            sink.writestr(name, content.replace(b'"softmax"', b'"softmax_v2"') if name == "config.json" else content)
    assert same(tmp_path / "net.keras", model).card.repairs == ("function names",)


def test_mixed_precision_of_tf_keras(tmp_path) -> None:
    parts = [old.conv(old.TF_2_12, "conv2d_1", 4), old.flatten(), old.dense(old.TF_2_12, "dense_1", 10)]
    config = old.sequential(parts, old.TF_2_12, GREY)
    for layer in config["config"]["layers"][1:]:
        layer["config"]["dtype"] = {"class_name": "Policy", "config": {"name": "mixed_float16"}}
    intended = keras.Sequential(
        [
            keras.Input(GREY),
            layers.Conv2D(4, 3, activation="relu", dtype="mixed_float16"),
            layers.Flatten(dtype="mixed_float16"),
            layers.Dense(10, dtype="mixed_float16"),
        ]
    )
    model = old.intended(parts, GREY)
    intended.set_weights(model.get_weights())
    path = old.write_h5(tmp_path / "net.h5", config, old.groups_of(parts), old.TF_2_12)
    images, expected = answers(intended)
    probe = cnnviz.open_model(path, scale="0-1")
    # Half precision holds ten bits, and processors add up in orders of their own.
    np.testing.assert_allclose(probe.logits(images), expected, atol=2**-10 * np.abs(expected).max())
    assert "dtype policy" in probe.card.repairs


def function_layer(name: str, function: str, node: list) -> tuple[dict, list]:
    config = {"name": name, "trainable": True, "dtype": "float32", "function": function}
    return {"class_name": "TFOpLambda", "config": config}, node


def test_bare_functions_in_a_graph(tmp_path) -> None:
    """What preprocess_input, x + y and tf.nn.relu left in a graph of tf.keras 2."""
    version = old.TF_2_12
    shape = (12, 12, 3)
    conv = old.conv(version, "conv2d", 3, "linear", padding="same")
    last = old.dense(version, "dense", 4, "softmax")
    start = keras.Input(shape)
    scaled = start[..., ::-1] * 2 - np.array([0.1, 0.2, 0.3], np.float32)
    x = keras.ops.relu6(conv.layer(scaled))
    x = (1 - (x + scaled) * x) / 4
    x = keras.ops.concatenate([x, keras.ops.pad(x[:, 1:-1, 1:-1], ((0, 0), (1, 1), (1, 1), (0, 0)))], axis=-1)
    model = keras.Model(start, last.layer(keras.ops.mean(x, axis=(1, 2))))
    old.shake(model)
    piece = {"start": 1, "stop": -1, "step": None}
    whole = {"start": None, "stop": None, "step": None}
    slicing = {"class_name": "SlicingOpLambda", "config": {"name": "tf.__operators__.getitem", "trainable": True,
               "dtype": "float32", "function": "__operators__.getitem"}}  # fmt: skip
    other = copy.deepcopy(slicing)
    other["config"]["name"] = "tf.__operators__.getitem_1"
    turned = [{"class_name": "__ellipsis__"}, {"start": None, "stop": None, "step": -1}]
    pads = [[0, 0], [1, 1], [1, 1], [0, 0]]
    steps = [
        (old.input_layer("input_1", shape), []),
        (slicing, [["input_1", 0, 0, {"slice_spec": turned}]]),
        function_layer("double", "math.multiply", [["tf.__operators__.getitem", 0, 0, {"y": 2, "name": None}]]),
        function_layer("bias", "nn.bias_add", [["double", 0, 0, {"bias": [-0.1, -0.2, -0.3], "data_format": "NHWC"}]]),
        (old.layer_config(conv, version), old.fed("bias")),
        function_layer("relu", "nn.relu6", [["conv2d", 0, 0, {"name": None}]]),
        function_layer("sum", "__operators__.add", [["relu", 0, 0, {"y": ["bias", 0, 0], "name": None}]]),
        function_layer("product", "math.multiply", [["sum", 0, 0, {"y": ["relu", 0, 0], "name": None}]]),
        function_layer("rest", "math.subtract", [["_CONSTANT_VALUE", -1, 1, {"y": ["product", 0, 0], "name": None}]]),
        function_layer("quarter", "math.truediv", [["rest", 0, 0, {"y": 4, "name": None}]]),
        (other, [["quarter", 0, 0, {"slice_spec": [whole, piece, piece]}]]),
        function_layer("pad", "pad", [["tf.__operators__.getitem_1", 0, 0, {"paddings": pads, "mode": "CONSTANT"}]]),
        function_layer("both", "concat", [[["quarter", 0, 0, {"axis": -1}], ["pad", 0, 0, {"axis": -1}]]]),
        function_layer("mean", "math.reduce_mean", [["both", 0, 0, {"axis": [1, 2], "keepdims": False}]]),
        (old.layer_config(last, version), old.fed("mean")),
    ]
    config = old.functional(steps, "dense")
    config["config"]["layers"][1]["name"] = "tf.__operators__.getitem"
    path = old.write_h5(tmp_path / "net.h5", config, old.groups_of([conv, last]), version)
    assert "TensorFlow functions" in same(path, model, shape).card.repairs
    config["config"]["layers"][9]["config"]["function"] = "math.bessel_i0"
    old.write_h5(path, config, old.groups_of([conv, last]), version)
    with pytest.raises(ModelError, match="'quarter' needs 'TFOpLambda'"):
        cnnviz.open_model(path)


def test_operations_as_tensorflow_2_0_wrote_them(tmp_path) -> None:
    version = old.TF_2_0
    last = old.dense(version, "dense", 4, "softmax")
    start = keras.Input(GREY)
    model = keras.Model(start, last.layer(layers.Flatten()((start / 0.5) - 1.0)))
    old.shake(model)

    def operation(name: str, op: str, constant: float) -> dict:
        definition = {"name": name, "op": op, "input": ["x", f"{name}/y"]}
        config = {"name": name, "trainable": True, "node_def": definition, "constants": {"1": constant}}
        return {"class_name": "TensorFlowOpLayer", "config": config}

    config = old.functional(
        [
            (old.input_layer("input_1", GREY), []),
            (operation("tf_op_layer_div", "RealDiv", 0.5), old.fed("input_1")),
            (operation("tf_op_layer_sub", "Sub", 1.0), old.fed("tf_op_layer_div")),
            (old.layer_config(old.flatten(), version), old.fed("tf_op_layer_sub")),
            (old.layer_config(last, version), old.fed("flatten_1")),
        ],
        "dense",
    )
    same(old.write_h5(tmp_path / "net.h5", config, old.groups_of([last]), version), model)


def test_slashes_in_the_names_of_layers(tmp_path) -> None:
    version = old.TF_2_12
    conv, last = old.conv(version, "Conv", 4), old.dense(version, "dense", 10, "softmax")
    start = keras.Input(GREY)
    model = keras.Model(start, last.layer(layers.Flatten()(conv.layer(start))))
    old.shake(model)
    written = old.layer_config(conv, version)
    written["config"]["name"] = "stem/Conv"
    config = old.functional(
        [
            (old.input_layer("input_1", GREY), []),
            (written, old.fed("input_1")),
            (old.layer_config(old.flatten(), version), old.fed("stem/Conv")),
            (old.layer_config(last, version), old.fed("flatten_1")),
        ],
        "dense",
    )
    groups = [("stem/Conv", old.arrays_of(conv.layer)), ("dense", old.arrays_of(last.layer))]
    probe = same(old.write_h5(tmp_path / "net.h5", config, groups, version), model)
    assert "layer names" in probe.card.repairs and probe.layers[0].path == "stem_Conv"


def test_weights_alone_with_their_architecture(tmp_path) -> None:
    parts = chain(old.TF_2_12)
    model = old.intended(parts, GREY)
    weights = old.write_h5(tmp_path / "weights.h5", None, old.groups_of(parts), old.TF_2_12)
    architecture = tmp_path / "model.json"
    architecture.write_text(json.dumps(old.sequential(parts, old.TF_2_12, GREY)))
    same(weights, model, architecture=architecture)
    with pytest.raises(ModelError, match=r"weights\.h5 holds weights without a network; give its architecture"):
        cnnviz.open_model(weights)
    model.save_weights(tmp_path / "new.weights.h5")
    architecture.write_text(json.dumps(model.to_json()))  # wrapped twice, as json.dump(model.to_json(), file) does
    same(tmp_path / "new.weights.h5", model, architecture=architecture)
    with pytest.raises(ModelError, match="holds weights of 3 layers and its network has 5"):
        cnnviz.open_model(weights, architecture="fmnist-cnn")


def test_names_split_over_several_attributes(tmp_path) -> None:
    """HDF5 holds 64 kB an attribute; Keras wrote longer lists in pieces."""
    parts = chain(old.TF_2_12)
    model = old.intended(parts, GREY)

    def split(file) -> None:
        group = file["model_weights"]
        names = group.attrs["layer_names"]
        del group.attrs["layer_names"]
        group.attrs["layer_names0"], group.attrs["layer_names1"] = names[:2], names[2:]

    config = old.sequential(parts, old.TF_2_12, GREY)
    same(old.write_h5(tmp_path / "net.h5", config, old.groups_of(parts), old.TF_2_12, split), model)


def test_a_wrong_shape_is_a_failure(tmp_path) -> None:
    """Keras alone takes the batch axis of batch_input_shape for one of the image's."""
    parts = chain(old.KERAS_2_2)
    model = old.intended(parts, GREY)
    config = old.sequential(parts, old.KERAS_2_2, GREY)
    probe = same(old.write_h5(tmp_path / "net.h5", config, old.groups_of(parts), old.KERAS_2_2), model)
    assert probe.card.input_shape == GREY


@pytest.mark.parametrize("name", ["conv 1", "conv:1", "_conv", "größe", "a\\b", "(1)"])
def test_names_that_tensorflow_does_not_run(tmp_path, name: str) -> None:
    """As a file has them that was written where Keras ran on another backend."""

    def made(stem: str, place: str) -> keras.Model:
        backbone = keras.Sequential([keras.Input(GREY), layers.Conv2D(3, 3, name=stem)], name=place)
        start = keras.Input(GREY, name=f"{place} in" if place != "backbone" else None)
        both = layers.Add()([backbone(start), backbone(start)])
        end = layers.Dense(4, "softmax", name=f"{stem} end" if stem != "plain" else None)
        model = keras.Model(start, end(layers.Flatten()(both)))
        old.shake(model)
        return model

    model, same_named = made("plain", "backbone"), made(name, "back bone")
    same_named.set_weights(model.get_weights())
    same_named.save(tmp_path / "net.keras")
    same_named.save(tmp_path / "net.h5")
    old_forms.write(tmp_path / "old.h5", same_named)
    for file in ("net.keras", "net.h5", "old.h5"):
        assert "layer names" in same(tmp_path / file, model).card.repairs
