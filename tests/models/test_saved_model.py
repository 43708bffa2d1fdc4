"""SavedModel folders of tf.keras 2 open with their layers, and others as what their signature computes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import cnnviz
from cnnviz.cli.checkup import checkup
from cnnviz.core.errors import ModelError, UnknownNameError
from cnnviz.core.network import Refusal
from cnnviz.models.saved import flat_graph
from cnnviz.models.saved.proto import fields
from cnnviz.models.saved.tf_json import loads
from tests.models import old_keras as old
from tests.models import saved_folders as folders
from tests.models.test_old_files import GREY, answers, same

VERSIONS = (folders.OWN_FILE, folders.IN_OBJECTS)


def keras_of(version: str) -> str:
    return old.TF_2_12 if version == folders.OWN_FILE else old.TF_2_0


def chain(version: str = folders.OWN_FILE) -> tuple[keras.Model, dict[str, Any]]:
    kind = keras_of(version)
    parts = [
        old.conv(kind, "conv2d", 4),
        old.norm(kind, "batch_normalization"),
        old.depthwise(kind, "depthwise_conv2d"),
        old.separable(kind, "separable_conv2d", 3),
        old.pool("max_pooling2d"),
        old.flatten("flatten"),
        old.dense(kind, "dense", 10, "softmax"),
    ]
    return old.intended(parts, GREY), old.sequential(parts, kind, GREY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A SavedModel folder of tf.keras."""
    return folders.write(tmp_path / "net", *chain())


def refused(path: Path, says: str, **options: Any) -> None:
    with pytest.raises(ModelError, match=says) as error:
        cnnviz.open_model(path, **options)
    assert error.value.exit_code == 3 and "\n" not in str(error.value)


# ── with its layers ──────────────────────────────────────────────────────────────────────────────────────────────────


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
    refused(path, "'doubled' needs 'Doubled', which is no part of Keras; give it as custom_objects")


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


# ── as its signature ─────────────────────────────────────────────────────────────────────────────────────────────────


def plain(end: str | None = "softmax") -> keras.Model:
    model = keras.Sequential(
        [
            keras.Input(GREY),
            layers.Conv2D(4, 3, activation="relu", name="conv2d"),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Dense(10, activation=end, name="dense"),
        ]
    )
    old.shake(model)
    return model


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> tuple[Path, keras.Model]:
    """What model.export() of Keras 3 writes."""
    model = plain()
    path = tmp_path_factory.mktemp("exported") / "net"
    model.export(str(path), verbose=False)
    return path, model


def test_an_export_opens_as_its_signature(exported) -> None:
    path, model = exported
    probe = same(path, model)
    assert [layer.kind for layer in probe.layers] == ["Signature", "Activation"]
    assert probe.card.score == "logits" and probe.card.writer == f"TensorFlow {tf.__version__}"
    assert probe.card.parameters == model.count_params()
    (note,) = probe.card.notes
    assert note.startswith("no inner layers can be looked at")
    assert any(note in line for line in checkup(probe.card, [Refusal("signature", "Signature", "unknown")]))


def test_slopes_of_a_signature_are_the_networks_own(exported) -> None:
    path, model = exported
    images, _ = answers(model)
    np.testing.assert_allclose(
        cnnviz.open_model(path, scale="0-1").gradients(images, 3),
        cnnviz.open_model(model, scale="0-1").gradients(images, 3),
        atol=1e-5,
    )


def test_inner_layers_of_a_signature_are_refused_in_one_line(exported) -> None:
    probe = cnnviz.open_model(exported[0], scale="0-1")
    with pytest.raises(UnknownNameError, match=r"no layer 'conv2d'; .*no inner layers can be looked at") as error:
        cnnviz.activations(probe, answers(exported[1])[0], layer="conv2d")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("end", "score"), [("sigmoid", "logits"), (None, "logits"), ("softplus", "probabilities")])
def test_how_a_signature_ends_is_seen(tmp_path, end, score) -> None:
    model = plain(end)
    model.export(str(tmp_path / "net"), verbose=False)
    probe = cnnviz.open_model(tmp_path / "net", scale="0-1")
    images, expected = answers(model)
    assert probe.card.score == score
    made = probe.logits(images) if end is None else probe.probabilities(images)
    np.testing.assert_allclose(made, expected, atol=1e-5, rtol=1e-5)


def test_a_lambda_is_not_run_but_the_graph_of_it_may_be(tmp_path) -> None:
    model = plain()
    path = tmp_path / "net"
    model.export(str(path), verbose=False)
    parts = [
        old.plain(layers.Flatten(name="mine"), "Lambda", function=["4wEAAAA=", None, None], function_type="lambda"),
        old.dense(old.TF_2_12, "dense", 10),
    ]
    noted = {"name": "net", **old.sequential(parts, old.TF_2_12, GREY)}
    (path / "keras_metadata.pb").write_bytes(folders.metadata_file({0: ("root", "_tf_keras_sequential", noted)}))
    (note,) = same(path, model).card.notes
    assert "its layer 'mine' is a Lambda and runs code of its own" in note and "--trust-model" in note


def test_one_of_several_outputs_of_a_signature_is_chosen(tmp_path) -> None:
    start = keras.Input(GREY)
    x = layers.Flatten()(start)
    ends = {
        "colour": layers.Dense(3, activation="softmax", name="colour")(x),
        "kind": layers.Dense(10, activation="softmax", name="kind")(x),
    }
    model = keras.Model(start, ends)
    model.export(str(tmp_path / "net"), verbose=False)
    refused(tmp_path / "net", "has 2 outputs, colour, kind; choose one")
    probe = cnnviz.open_model(tmp_path / "net", scale="0-1", output="kind")
    images, _ = answers(keras.Model(start, ends["kind"]))
    expected = model(images.pixels.astype(np.float32) / 255)["kind"]
    np.testing.assert_allclose(probe.probabilities(images), expected, atol=1e-5)


def test_a_graph_of_tensorflow_1(tmp_path) -> None:
    images, _ = answers(plain())
    inputs = images.pixels.astype(np.float32) / 255
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        x = tf.compat.v1.placeholder(tf.float32, (None, *GREY), "x")
        w = tf.compat.v1.get_variable("w", (784, 10), use_resource=False)
        b = tf.compat.v1.get_variable("b", (10,), use_resource=True)
        y = tf.nn.softmax(tf.matmul(tf.reshape(x, (-1, 784)), w) + b)
        session.run(tf.compat.v1.global_variables_initializer())
        expected = session.run(y, {x: inputs})
        tf.compat.v1.saved_model.simple_save(session, str(tmp_path / "net"), {"x": x}, {"y": y})
    probe = cnnviz.open_model(tmp_path / "net", scale="0-1")
    np.testing.assert_allclose(probe.probabilities(images), expected, atol=1e-6)


# ── nothing of it runs ───────────────────────────────────────────────────────────────────────────────────────────────


def hostile(path: Path, function: Any, **signature: Any) -> Path:
    """A folder whose signature is any function of pictures."""
    root = tf.Module()
    root.weight = tf.Variable(np.random.default_rng(0).normal(size=(784, 10)).astype(np.float32))
    spec = signature or {"x": tf.TensorSpec((None, *GREY), tf.float32)}
    root.serve = tf.function(lambda **given: {"y": function(root.weight, *given.values())}, input_signature=None)
    concrete = root.serve.get_concrete_function(**spec)
    tf.saved_model.save(root, str(path), signatures=concrete)
    return path


def scores(weight: Any, x: Any) -> Any:
    return tf.nn.softmax(tf.reshape(x, (-1, 784)) @ weight)


def writes(marker: Path) -> Any:
    def function(weight: Any, x: Any) -> Any:
        with tf.control_dependencies([tf.io.write_file(str(marker), "ran")]):
            return scores(weight, x)

    return function


def reads(secret: Path) -> Any:
    return lambda weight, x: scores(weight, x) + tf.cast(tf.strings.length(tf.io.read_file(str(secret))), tf.float32)


def test_a_graph_that_writes_a_file_is_refused_and_does_not_run(tmp_path) -> None:
    marker = tmp_path / "ran"
    path = hostile(tmp_path / "net", writes(marker))
    refused(path, "net is not opened: its graph runs 'WriteFile', which is more than plain computing; .*--trust-model")
    assert not marker.exists()
    tf.saved_model.load(str(path)).signatures["serving_default"](x=tf.zeros((1, *GREY)))
    assert marker.read_text() == "ran", "the graph is as hostile as it should be"


def test_a_graph_that_reads_a_file_needs_trust(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("12345")
    path = hostile(tmp_path / "net", reads(secret))
    refused(path, "its graph runs '(ReadFile|StringLength)'")
    probe = cnnviz.open_model(path, scale="0-1", trust=True)
    images, _ = answers(plain())
    assert probe.logits(images).min() >= 5
    assert probe.card.score == "probabilities" and probe.card.parameters == 7840


def test_python_in_a_graph_is_refused(tmp_path) -> None:
    ran = []

    def function(weight: Any, x: Any) -> Any:
        return scores(
            weight, tf.ensure_shape(tf.numpy_function(lambda a: ran.append(1) or a, [x], tf.float32), x.shape)
        )

    path = hostile(tmp_path / "net", function)
    ran.clear()
    refused(path, "its graph runs 'PyFunc'")
    assert not ran


@pytest.mark.filterwarnings("ignore")
def test_an_export_in_training_mode_is_refused(tmp_path) -> None:
    """Keras exports a network that begins with augmentation so that it augments."""
    model = keras.Sequential([keras.Input(GREY), layers.RandomFlip(), layers.Flatten(), layers.Dense(3)])
    model.export(str(tmp_path / "net"), verbose=False)
    x = np.random.default_rng(0).uniform(size=(16, *GREY)).astype(np.float32)
    loaded = tf.saved_model.load(str(tmp_path / "net"))
    assert not np.allclose(loaded.serve(x), loaded.serve(x)), "the file answers at random"
    refused(tmp_path / "net", "as a network in training does, and would answer at random; save the network itself")
    assert cnnviz.open_model(tmp_path / "net", scale="0-1", trust=True).card.score == "probabilities"


def test_a_variable_that_changes_as_the_graph_runs_is_refused(tmp_path) -> None:
    def function(weight: Any, x: Any) -> Any:
        weight.assign_add(tf.ones_like(weight))
        return scores(weight, x)

    refused(hostile(tmp_path / "net", function), "its graph runs 'AssignAddVariableOp'")


def test_a_folder_that_writes_a_file_opens_by_its_layers_without_running_it(tmp_path) -> None:
    """Where the layers can be had, the graph is not even looked at."""
    marker = tmp_path / "ran"
    model, config = chain()
    path = folders.write(tmp_path / "net", model, config)
    bad = folders.opened(hostile(tmp_path / "bad", writes(marker)))
    saved = folders.opened(path)
    saved.meta_graphs[0].graph_def.CopyFrom(bad.meta_graphs[0].graph_def)
    saved.meta_graphs[0].signature_def["serving_default"].CopyFrom(bad.meta_graphs[0].signature_def["serving_default"])
    (path / "saved_model.pb").write_bytes(saved.SerializeToString())
    same(path, model)
    assert not marker.exists()


def graph_of_functions(bodies: dict[str, list[tuple[str, str, list[str]]]], top: str) -> Any:
    """A GraphDef of functions of one float; each body is a list of (name, operation or function, inputs)."""
    definition = tf.compat.v1.GraphDef()
    for name, op, inputs in [("x", "Placeholder", []), ("y", top, ["x"])]:
        node = definition.node.add(name=name, op=op, input=inputs)
        node.attr["dtype"].type = tf.float32.as_datatype_enum
    for function, body in bodies.items():
        made = definition.library.function.add()
        made.signature.name = function
        made.signature.input_arg.add(name="a", type=tf.float32.as_datatype_enum)
        made.signature.output_arg.add(name="r", type=tf.float32.as_datatype_enum)
        for name, op, inputs in body:
            made.node_def.add(name=name, op=op, input=inputs)
        made.ret["r"] = f"{body[-1][0]}:r:0"
    return definition


@pytest.mark.parametrize(
    ("definition", "says"),
    [
        (graph_of_functions({"f": [("n", "f", ["a"])]}, "f"), "call each other without end"),
        pytest.param(
            graph_of_functions(
                {f"f{i}": [("m", f"f{i + 1}", ["a"]), ("n", f"f{i + 1}", ["m:r:0"])] for i in range(40)}
                | {"f40": [("n", "Identity", ["a"])]},
                "f0",
            ),
            "more than 500,000 operations",
            marks=pytest.mark.slow,
        ),
        (graph_of_functions({"f": [("m", "Abs", ["n:r:0"]), ("n", "Abs", ["m:y:0"])]}, "f"), "in a circle"),
        (graph_of_functions({"f": [("n", "Abs", ["gone:y:0"])]}, "f"), "lacks the node 'gone'"),
    ],
)
def test_graphs_that_would_never_end_are_refused(definition, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        flat_graph.flatten(definition, ["x:0"], ["y:0"], "net")


# ── what is no classifier of pictures, or not whole ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("specs", "says"),
    [
        ({"x": ((None, 784), tf.float32), "z": ((None, 784), tf.float32)}, "takes 2 inputs .* 'x', 'z'"),
        ({"x": ((None, *GREY), tf.uint8)}, "takes uint8 .*float32"),
        ({"x": ((1, *GREY), tf.float32)}, "takes exactly 1 pictures at a time"),
        ({"x": (None, tf.float32)}, "does not say what shape"),
    ],
)
def test_signatures_of_other_things_are_refused(tmp_path, specs, says: str) -> None:
    def function(weight: Any, *given: Any) -> Any:
        return tf.add_n([scores(weight, tf.cast(one, tf.float32)) for one in given])

    given = {name: tf.TensorSpec(shape, dtype, name=name) for name, (shape, dtype) in specs.items()}
    refused(hostile(tmp_path / "net", function, **given), says)


def test_a_signature_that_does_not_look_at_its_picture_is_refused(tmp_path) -> None:
    refused(hostile(tmp_path / "net", lambda weight, x: weight[:1]), "answers the same to every picture")


def test_a_folder_without_signature_or_layers_is_refused(tmp_path) -> None:
    tf.saved_model.save(tf.train.Checkpoint(v=tf.Variable(1.0)), str(tmp_path / "net"))
    refused(tmp_path / "net", "holds no signature that could be run")


def test_a_graph_that_feeds_on_something_else_is_refused(exported, tmp_path) -> None:
    path = tmp_path / "net"
    shutil.copytree(exported[0], path)
    saved = folders.opened(path)
    for node in saved.meta_graphs[0].graph_def.node:
        if node.name.startswith("serving_default"):
            other = saved.meta_graphs[0].graph_def.node.add(name="other", op="Placeholder")
            other.attr["dtype"].CopyFrom(node.attr["dtype"])
            signature = saved.meta_graphs[0].signature_def["serving_default"]
            next(iter(signature.inputs.values())).name = "other:0"
    (path / "saved_model.pb").write_bytes(saved.SerializeToString())
    refused(path, "leaves the input 'serving_default_.*' open")


def cut(path: Path, part: str, keep: float = 0.5) -> None:
    data = (path / part).read_bytes()
    (path / part).write_bytes(data[: int(len(data) * keep)])


DATA, INDEX = "variables/variables.data-00000-of-00001", "variables/variables.index"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda path: cut(path, "saved_model.pb"), "saved_model.pb is damaged or cut short"),
        (lambda path: (path / "saved_model.pb").write_bytes(b""), "holds no graph; it is damaged"),
        (lambda path: cut(path, DATA), "variables are damaged or cut short"),
        (lambda path: cut(path, INDEX), "variables are damaged or cut short"),
        (lambda path: cut(path, "keras_metadata.pb"), "what Keras noted in its keras_metadata.pb is damaged"),
        (lambda path: (path / DATA).unlink(), "is not complete: its variables/variables.data"),
        (lambda path: (path / INDEX).unlink(), "is not complete: its variables/variables.index is missing"),
        (lambda path: shutil.rmtree(path / "variables"), "is not complete: its folder variables is missing"),
        (lambda path: (path / DATA).write_bytes(POINTER), "Git LFS pointer, variables.data.*git lfs pull"),
        (lambda path: (path / "saved_model.pb").write_bytes(POINTER), "Git LFS pointer, saved_model.pb"),
    ],
)
def test_folders_that_are_not_whole_are_refused(folder: Path, damage: Any, says: str) -> None:
    damage(folder)
    refused(folder, says)


def test_arrays_of_another_network_are_refused(tmp_path) -> None:
    model, config = chain()
    config["config"]["layers"][1]["config"]["filters"] = 5
    refused(
        folders.write(tmp_path / "net", model, config), "holds an array of 3×3×1×4 .* where the network has 3×3×1×5"
    )


def test_a_training_that_diverged_is_refused(tmp_path) -> None:
    model, config = chain()
    model.layers[0].bias.assign([np.nan] * 4)
    refused(folders.write(tmp_path / "net", model, config), "holds NaN or infinity in '.*conv2d/bias'")


def test_more_than_a_model_holds_is_not_read(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr("cnnviz.models.saved.checkpoint.MOST_BYTES", 1000)
    refused(folder, "its arrays would take more than")


# ── the formats themselves ───────────────────────────────────────────────────────────────────────────────────────────


def test_fields_of_a_protocol_buffer() -> None:
    # 08 96 01 is field 1 = 150, the example of the format's documentation; 12 07 … is field 2 = "testing".
    assert list(fields(bytes.fromhex("089601") + b"\x12\x07testing")) == [(1, 150), (2, b"testing")]
    assert list(fields(b"\x0d\x01\x02\x03\x04\x11" + bytes(8))) == [(1, b"\x01\x02\x03\x04"), (2, bytes(8))]


@pytest.mark.parametrize("broken", [b"\x12\x07test", b"\x08\x96", b"\x0b", b"\x08" + b"\xff" * 12])
def test_broken_protocol_buffers(broken: bytes) -> None:
    with pytest.raises(ValueError):
        list(fields(broken))


def test_tuples_and_shapes_of_tf_keras_are_lists() -> None:
    said = '{"a": {"class_name": "__tuple__", "items": [1, {"class_name": "TensorShape", "items": [null, 2]}]}, "b": 1}'
    assert loads(said) == {"a": [1, [None, 2]], "b": 1}
    assert loads('{"class_name": "Dense", "items": [1]}') == {"class_name": "Dense", "items": [1]}
