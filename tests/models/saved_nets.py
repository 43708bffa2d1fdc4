"""Networks as SavedModel folders hold them, and how one that is refused is told."""

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
from tests.helpers import old_keras as old
from tests.helpers.old_files import GREY
from tests.models import saved_folders as folders

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


def refused(path: Path, says: str, **options: Any) -> None:
    with pytest.raises(ModelError, match=says) as error:
        cnnviz.open_model(path, **options)
    assert error.value.exit_code == 3 and "\n" not in str(error.value)


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
