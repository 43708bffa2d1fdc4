"""SavedModel folders without layers open as what their signature computes."""

from __future__ import annotations

import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import cnnviz
from cnnviz.core.errors import UnknownNameError
from cnnviz.reports.model_summary import model_summary
from tests.helpers import old_keras as old
from tests.helpers.old_files import GREY, answers, same
from tests.models import saved_folders as folders
from tests.models.saved_nets import plain, refused


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
    assert note.startswith("no inner layers are accessible")
    assert any(note in line for line in model_summary(probe).lines())


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
    with pytest.raises(UnknownNameError, match=r"no layer 'conv2d'; .*no inner layers are accessible") as error:
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
    refused(path, "has no value for the input 'serving_default_.*'")
