"""Pictures are divided into portions, and the answer does not depend on it."""

import keras
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import cnnviz
from cnnviz.core.targets import OneClass
from cnnviz.models.batch_size import (
    AT_INPUT,
    BACKWARD,
    BUDGET,
    LARGEST,
    LEAST,
    RESULT,
    batch_size_for,
    portion_for,
    portions,
)


@given(count=st.integers(0, 5000), most=st.integers(1, 600))
def test_portions_cover_everything_once_and_are_as_equal_as_can_be(count, most):
    parts = portions(count, most)
    assert [i for part in parts for i in range(count)[part]] == list(range(count))
    sizes = [part.stop - part.start for part in parts]
    assert max(sizes) <= most and max(sizes) - min(sizes) <= 1
    assert len(parts) == max(1, -(-count // most))


def test_a_portions_largest_result_stays_below_the_bound():
    probe = cnnviz.open_model("fmnist-cnn")
    # conv1 makes 26 × 26 cells of 64 channels, 4 bytes each: the largest of its results.
    assert probe.runner.portion == RESULT // (26 * 26 * 64 * 4) == portion_for(probe.runner.graph)


def _wide(side, channels):
    image = keras.Input((side, side, 3))
    x = image
    for name in ("first", "second", "third"):
        x = keras.layers.Conv2D(channels, 3, padding="same", use_bias=False, name=name)(x)
    end = keras.layers.Dense(2, activation="softmax")(keras.layers.GlobalAveragePooling2D()(x))
    return cnnviz.wrap(keras.Model(image, end), scale="raw").runner.graph


def test_wide_results_are_computed_for_a_few_images_that_keep_all_cores_busy():
    one = 224 * 224 * 32 * 4
    graph = _wide(224, 32)
    assert RESULT // one < LEAST == portion_for(graph)


def test_all_that_exists_at_once_stays_within_the_budget():
    one = 512 * 512 * 64 * 4
    graph = _wide(512, 64)
    # A convolution's input and its result.
    assert portion_for(graph) == BUDGET // (2 * one)
    # Of a gradient at the last layer, the result of this layer is held; of one at the input, those of all three.
    small = 4 * (64 + 2)
    assert portion_for(graph, ("third",)) == min(BACKWARD // (3 * one + small), LEAST)
    assert portion_for(graph, AT_INPUT) == BACKWARD // (5 * one + small)
    assert batch_size_for(graph, ["first"]) == BUDGET // (3 * one)


def test_a_batch_is_whole_portions():
    graph = cnnviz.open_model("fmnist-cnn").runner.graph
    assert batch_size_for(graph) % portion_for(graph) == 0 and portion_for(graph) < batch_size_for(graph) <= LARGEST


def test_answers_are_the_same_in_portions_of_any_size(monkeypatch):
    probe = cnnviz.open_model("fmnist-cnn")
    pictures = cnnviz.open_images("sample")[:20]
    whole, (maps,) = probe.runner.forward(probe.inputs(pictures), ["conv2"])
    pulled = probe.value_and_gradients(pictures)
    monkeypatch.setattr(probe.runner, "portion", 7)
    logits, (same,) = probe.runner.forward(probe.inputs(pictures), ["conv2"])
    np.testing.assert_allclose(logits, whole, atol=1e-5)
    np.testing.assert_allclose(same, maps, atol=1e-5)
    again = probe.value_and_gradients(pictures)
    assert again.scores.shape == again.logits.shape[:1] == (20,)
    np.testing.assert_allclose(again.gradients[0], pulled.gradients[0], atol=1e-5)


def test_no_pictures_give_empty_answers():
    probe = cnnviz.open_model("fmnist-cnn")
    none = np.zeros((0, *probe.runner.input_shape), np.float32)
    logits, (maps,) = probe.runner.forward(none, ["conv2"])
    assert logits.shape == (0, 10) and maps.shape == (0, 11, 11, 64)
    pulled = probe.value_and_gradients(none, OneClass(3), ["conv3", ""])
    assert pulled.scores.shape == (0,) and pulled.logits.shape == (0, 10)
    assert [gradients.shape for gradients in pulled.gradients] == [(0, 3, 3, 128), none.shape]
