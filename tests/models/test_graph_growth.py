"""Graphs of SavedModels that ask for gigabytes are refused before any of their operations runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import cnnviz
from cnnviz.core.errors import ModelError

N = 40_000
FULL = "values for one image, more than the 67,108,864 allowed"


def saved(folder: Path, more: Callable[[Any], Any]) -> Path:
    """Write a network of one dense layer, whose scores get something added."""
    module = tf.Module()
    module.weights = tf.Variable(tf.random.stateless_normal((64, 3), (1, 2)))

    def scores(x: Any) -> dict[str, Any]:
        return {"out": tf.nn.softmax(tf.reshape(x, (-1, 64)) @ module.weights + more(x))}

    module.serve = tf.function(scores, input_signature=[tf.TensorSpec((None, 8, 8, 1), tf.float32)])
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.serve})
    return folder


ASKING: dict[str, Callable[[Any], Any]] = {
    "'Fill'": lambda x: tf.reduce_mean(tf.fill([N, N], 1.0)),
    "'Tile'": lambda x: tf.reduce_mean(tf.tile(x, [1, N, N // 8, 1])),
    "'Range'": lambda x: tf.reduce_mean(tf.cast(tf.range(10**9), tf.float32)),
    "'BroadcastTo'": lambda x: tf.reduce_mean(tf.broadcast_to(x[:1, :1, :1, 0], [N, N, 1])),
    "'Pad'": lambda x: tf.reduce_mean(tf.pad(x, [[0, 0], [0, N], [0, N], [0, 0]])),
    "'Mul'": lambda x: tf.reduce_mean(tf.range(float(N))[:, None] * tf.range(float(N))[None]),
    "'MatMul'": lambda x: tf.reduce_mean(tf.matmul(tf.range(float(N))[:, None], tf.range(float(N))[None])),
    "'ResizeBilinear'": lambda x: tf.reduce_mean(tf.image.resize(x, (N, N))),
    "'OneHot'": lambda x: tf.reduce_mean(tf.one_hot(tf.range(N), N)),
    "'Conv2DBackpropInput'": lambda x: tf.reduce_mean(
        tf.nn.conv2d_transpose(x, tf.ones((2, 2, 1, 1)), (1, N, N, 1), (N // 8, N // 8))
    ),
}


@pytest.mark.parametrize("operation", ASKING)
def test_a_result_of_more_values_than_any_network_has_is_refused(tmp_path: Path, operation: str) -> None:
    path = saved(tmp_path / "asks", ASKING[operation])
    with pytest.raises(ModelError, match=rf"asks is not opened: its graph runs {operation} to [0-9,]+ {FULL}"):
        cnnviz.open_model(path)


def test_a_shape_that_takes_gigabytes_to_compute_is_not_computed(tmp_path: Path) -> None:
    def more(x: Any) -> Any:
        return tf.reduce_mean(tf.fill([tf.cast(tf.reduce_sum(tf.fill([10**9], 1e-9)), tf.int32) + 3], 1.0))

    with pytest.raises(ModelError, match=rf"'Fill' to 1,000,000,000 {FULL}"):
        cnnviz.open_model(saved(tmp_path / "asks", more))


def test_a_size_that_depends_on_the_image_is_refused(tmp_path: Path) -> None:
    def more(x: Any) -> Any:
        return tf.reduce_mean(tf.fill([tf.cast(tf.reduce_sum(x) * 0 + N, tf.int32)] * 2, 1.0))

    with pytest.raises(ModelError, match="'Fill' to a size that depends on the image"):
        cnnviz.open_model(saved(tmp_path / "asks", more))


def test_usual_shapes_of_the_batch_are_no_growth(tmp_path: Path) -> None:
    """A fill and a tile by the number of images, as networks have them."""

    def more(x: Any) -> Any:
        count = tf.shape(x)[0]
        return tf.fill([count, 3], 0.0) + tf.tile(tf.constant([[0.0, 1.0, 2.0]]), [count, 1])

    path = saved(tmp_path / "fine", more)
    pixels = np.random.default_rng(3).integers(0, 256, (5, 8, 8, 1), dtype=np.uint8)
    expected = tf.saved_model.load(str(path)).signatures["serving_default"](tf.constant(pixels / 255, tf.float32))
    found = cnnviz.open_model(path, scale="0-1").probabilities(pixels)
    np.testing.assert_allclose(found, expected["out"], atol=1e-6)
