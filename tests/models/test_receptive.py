"""The stated receptive field is the one that gradients reach."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from keras import layers

import cnnviz
from cnnviz.data.images import Images
from tests.helpers import zoo


def reached(probe: cnnviz.Probe, path: str, row: int, column: int) -> tuple[int, int, int, int]:
    """Box of the input pixels that one unit's value depends on, by its gradient over all channels."""
    import tensorflow as tf

    h, w, c = probe.card.input_shape
    x = tf.constant(np.random.default_rng(0).random((1, h, w, c), np.float32))
    with tf.GradientTape() as tape:
        tape.watch(x)
        _, tapped = probe.runner.graph.run([x], [path])
        score = tf.reduce_sum(tapped[path][0, row, column])
    alive = np.abs(tape.gradient(score, x).numpy()).sum(axis=(0, 3)) > 0
    rows, columns = np.flatnonzero(alive.any(axis=1)), np.flatnonzero(alive.any(axis=0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def one(*stack: layers.Layer, size: tuple[int, int] = (23, 19)) -> cnnviz.Probe:
    """All weights positive, so that no ReLU shuts off a part of a field."""
    x = start = keras.Input((*size, 1))
    for layer in stack:
        x = layer(x)
    model = keras.Model(start, layers.Dense(3)(layers.Flatten()(x)))
    for variable in model.weights:
        variable.assign(np.random.default_rng(0).random(variable.shape) + 0.1)
    return cnnviz.wrap(model)


window = st.tuples(
    st.sampled_from(["conv", "average", "depthwise", "separable"]),
    st.integers(1, 4),
    st.integers(1, 3),
    st.sampled_from(["valid", "same"]),
    st.integers(1, 2),
)


def build(kind: str, size: int, step: int, padding: str, dilation: int) -> layers.Layer:
    if kind == "average":
        return layers.AveragePooling2D(size, strides=step, padding=padding)
    dilation = dilation if step == 1 else 1
    made = {"conv": layers.Conv2D, "depthwise": layers.DepthwiseConv2D, "separable": layers.SeparableConv2D}[kind]
    first = () if kind == "depthwise" else (2,)
    return made(*first, size, strides=step, padding=padding, dilation_rate=dilation)


@settings(max_examples=25, deadline=None, derandomize=True)
@example([("conv", 1, 1, "valid", 1), ("conv", 2, 2, "valid", 1), ("conv", 2, 1, "same", 1)])
@given(st.lists(window, min_size=1, max_size=3))
def test_fields_are_those_that_gradients_reach(stack) -> None:
    try:
        probe = one(*(build(*w) for w in stack))
    except ValueError:
        return  # the windows outgrew the picture
    for layer in probe.layers:
        if not layer.spatial:
            continue
        h, w, _ = layer.shape
        for row, column in {(0, 0), (h // 2, w // 2), (h - 1, w - 1)}:
            stated = layer.field_of(row, column, (23, 19))
            found = reached(probe, layer.path, row, column)
            if any(kind in ("conv", "depthwise", "separable") and d > 1 for kind, _, _, _, d in stack):
                # A dilated window leaves holes, and its first or last tap may fall outside the picture.
                assert stated[0] <= found[0] and stated[1] <= found[1], layer
                assert stated[2] >= found[2] and stated[3] >= found[3], layer
            elif any(size < step for _, size, step, _, _ in stack):
                assert stated[0] <= found[0] and stated[2] >= found[2], layer
            elif leaves_pixels_over(stack) and (row == h - 1 or column == w - 1):
                # Pixels that no window of a strided layer covers lie in the box of the last cells of a padded one.
                assert stated[:2] == found[:2], (layer, row, column)
                assert 0 <= stated[2] - found[2] < 9 and 0 <= stated[3] - found[3] < 9, (layer, row, column)
            else:
                assert stated == found, (layer, row, column)


def leaves_pixels_over(stack) -> bool:
    """Whether a layer with padding follows one that strides without it."""
    strided = [place for place, (_, _, step, padding, _) in enumerate(stack) if step > 1 and padding == "valid"]
    return any(padding == "same" for _, _, _, padding, _ in stack[min(strided, default=len(stack)) + 1 :])


@pytest.mark.parametrize(
    ("name", "path", "field", "stride", "offset"),
    [
        ("sequential", "conv1", (3, 3), (1, 1), (0, 0)),
        ("sequential", "pool1", (4, 4), (2, 2), (0, 0)),
        ("sequential", "conv2", (8, 8), (4, 4), (-2, -2)),
        ("residual", "b", (7, 7), (1, 1), (-3, -3)),
        ("residual", "add", (7, 7), (1, 1), (-3, -3)),
        ("residual", "both", (8, 8), (2, 2), (-3, -3)),
        ("nested", "backbone/block/pool2", (6, 6), (2, 2), (0, 0)),
        ("shared", "twice@2", (5, 5), (1, 1), (-2, -2)),
        ("colour", "depth", (7, 7), (1, 1), (0, 0)),
        ("residual", "gap", None, None, None),
        ("mlp", "hidden", None, None, None),
    ],
)
def test_fields_worked_out_by_hand(name, path, field, stride, offset) -> None:
    layer = cnnviz.wrap(zoo.make(name)).layer(path)
    assert (layer.receptive_field, layer.stride, layer.offset) == (field, stride, offset)


def test_boxes_are_cut_to_the_picture() -> None:
    layer = cnnviz.wrap(zoo.make("residual")).layer("b")
    assert layer.field_of(0, 0, (28, 28)) == (0, 0, 4, 4)
    assert layer.field_of(14, 27, (28, 28)) == (11, 24, 18, 28)


def test_a_flat_input_that_is_folded_into_a_picture_keeps_its_pixels() -> None:
    model = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(2, 5, name="conv"),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )
    probe = cnnviz.wrap(model)
    assert probe.layer("conv").receptive_field == (5, 5)
    assert probe.logits(Images(np.zeros((2, 28, 28, 1), np.uint8))).shape == (2, 3)
