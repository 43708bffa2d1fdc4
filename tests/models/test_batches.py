"""Pictures are divided into portions, and the answer does not depend on it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import cnnviz
from cnnviz.core.targets import OneClass
from cnnviz.models.batch_size import RESULT, portion_for, portions


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
