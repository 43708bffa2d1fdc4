"""SavedModel folders that are no classifier of pictures, or not whole, are refused in a line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from tests.helpers.old_files import GREY
from tests.models import saved_folders as folders
from tests.models.saved_nets import chain, hostile, refused, scores


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A SavedModel folder of tf.keras."""
    return folders.write(tmp_path / "net", *chain())


@pytest.mark.parametrize(
    ("specs", "says"),
    [
        ({"x": ((None, 784), tf.float32), "z": ((None, 784), tf.float32)}, "takes 2 inputs .* 'x', 'z'"),
        ({"x": ((None, *GREY), tf.uint8)}, "takes uint8 .*float32"),
        ({"x": ((1, *GREY), tf.float32)}, "takes exactly 1 images at a time"),
        ({"x": (None, tf.float32)}, "does not say what shape"),
    ],
)
def test_signatures_of_other_things_are_refused(tmp_path, specs, says: str) -> None:
    def function(weight: Any, *given: Any) -> Any:
        return tf.add_n([scores(weight, tf.cast(one, tf.float32)) for one in given])

    given = {name: tf.TensorSpec(shape, dtype, name=name) for name, (shape, dtype) in specs.items()}
    refused(hostile(tmp_path / "net", function, **given), says)


def test_a_signature_that_does_not_look_at_its_picture_is_refused(tmp_path) -> None:
    refused(hostile(tmp_path / "net", lambda weight, x: weight[:1]), "returns the same output for every image")


def test_a_folder_without_signature_or_layers_is_refused(tmp_path) -> None:
    tf.saved_model.save(tf.train.Checkpoint(v=tf.Variable(1.0)), str(tmp_path / "net"))
    refused(tmp_path / "net", "has no signature that can be run")


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
        (lambda path: cut(path, "keras_metadata.pb"), "the Keras metadata in its keras_metadata.pb are damaged"),
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
