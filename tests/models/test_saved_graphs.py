"""Nothing in a SavedModel folder runs that is more than plain computing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import cnnviz
from cnnviz.core.errors import ModelError
from cnnviz.models.saved import flat_graph
from tests.helpers.old_files import GREY, answers, same
from tests.models import saved_folders as folders
from tests.models.saved_nets import chain, hostile, plain, refused, scores


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
    refused(path, "net is not opened: its graph runs 'WriteFile', which has side effects; .*--trust-model")
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
    # Probabilities, of which some are next to nothing, and the length of the secret.
    assert probe.logits(images).min() > 5 - 1e-5
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
    refused(tmp_path / "net", "as a network in training does, with random output; save the network itself")
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
        (graph_of_functions({"f": [("m", "Abs", ["n:r:0"]), ("n", "Abs", ["m:y:0"])]}, "f"), "has a cycle"),
        (graph_of_functions({"f": [("n", "Abs", ["gone:y:0"])]}, "f"), "lacks the node 'gone'"),
    ],
)
def test_graphs_that_would_never_end_are_refused(definition, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        flat_graph.flatten(definition, ["x:0"], ["y:0"], "net")
