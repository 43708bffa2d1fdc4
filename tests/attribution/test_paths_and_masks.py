"""Expected gradients, guided integrated gradients and Sobol attribution: by hand, on linear nets, and their axioms."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.attribute import attribute
from cnnviz.attribution.gradients import ExpectedGradients, GuidedIG
from cnnviz.attribution.perturbation import Sobol
from cnnviz.core.errors import DataError, UsageError
from cnnviz.core.targets import PerImageClass
from cnnviz.data.images import Images
from tests.helpers.linear_model import linear
from tests.helpers.zoo_probes import pictures_for


def test_expected_gradients_of_a_linear_net_are_the_distance_from_the_mean_baseline() -> None:
    probe, weights = linear((4, 5, 3))
    images = pictures_for(probe, 3)
    method = ExpectedGradients(samples=7)
    mean = method.baselines(probe, images).mean(axis=0)
    made = attribute(probe, images, method, 1)
    np.testing.assert_allclose(made.values, (images.pixels / 255 - mean) * weights[..., 1], atol=1e-5)
    assert made.how.notes[0].startswith("baselines are images of one gray")


def test_expected_gradients_sum_to_the_change_from_the_mean_baseline() -> None:
    probe, images = cnnviz.open_model("fmnist-cnn"), cnnviz.open_images("sample")[:20]
    method, logits = ExpectedGradients(samples=100), probe.logits(images)
    classes = logits.argmax(axis=1)
    change = logits.max(axis=1) - probe.logits(method.baselines(probe, images))[:, classes].mean(axis=0)
    made = attribute(probe, images, method)
    error = np.abs(made.values.sum(axis=(1, 2, 3)) - change).mean() / np.abs(change).mean()
    assert error <= 0.1
    assert made.how.notes == ("baselines are images of sample",)


def test_expected_gradients_from_one_black_image_are_integrated_gradients(tmp_path: Path) -> None:
    probe, images = cnnviz.open_model("fmnist-cnn"), cnnviz.open_images("sample")[:4]
    np.savez(tmp_path / "black.npz", images=np.zeros((1, 28, 28), np.uint8))
    made = attribute(probe, images, f"expected-gradients:samples=200,reference={tmp_path / 'black.npz'}").values
    exact = attribute(probe, images, "integrated-gradients:steps=200,spacing=even").values
    assert np.abs(made - exact).max() <= 0.03 * np.abs(exact).max()
    with pytest.raises(DataError, match="nowhere"):
        attribute(probe, images, ExpectedGradients(reference=str(tmp_path / "nowhere.npz")))


def test_references_are_drawn_once_before_any_is_drawn_again(tmp_path: Path) -> None:
    probe, _ = linear((2, 2, 1))
    levels = np.arange(5, dtype=np.uint8) * 50
    np.savez(tmp_path / "five.npz", images=np.broadcast_to(levels[:, None, None], (5, 2, 2)).copy())
    method = ExpectedGradients(samples=10, reference=str(tmp_path / "five.npz"))
    drawn = np.rint(method.baselines(probe, pictures_for(probe, 1))[:, 0, 0, 0] * 255)
    assert sorted(drawn[:5]) == sorted(drawn[5:]) == sorted(levels)


@pytest.mark.parametrize("reach", [0.0, 0.1, 1.0])
def test_guided_ig_of_a_linear_net_is_input_times_weights(reach: float) -> None:
    probe, weights = linear((4, 5, 3))
    images = pictures_for(probe, 3)
    made = attribute(probe, images, GuidedIG(steps=4, reach=reach), 1)
    np.testing.assert_allclose(made.values, images.pixels / 255 * weights[..., 1], atol=1e-5)


def test_guided_ig_without_reach_is_the_straight_path() -> None:
    probe, images = cnnviz.open_model("fmnist-cnn"), cnnviz.open_images("sample")[:4]
    target = PerImageClass(probe.logits(images).argmax(axis=1))
    inputs = probe.inputs(images)
    steps = [probe.value_and_gradients(share * inputs, target).gradients[0] for share in np.linspace(0, 1, 11)]
    trapezoids = np.mean([(a + b) / 2 for a, b in pairwise(steps)], axis=0)
    made = attribute(probe, images, GuidedIG(steps=10, reach=0)).values
    scale = np.abs(made).max()
    np.testing.assert_allclose(made / scale, inputs * trapezoids / scale, atol=1e-4)


def test_guided_ig_sums_to_the_change_of_the_score() -> None:
    probe, images = cnnviz.open_model("fmnist-cnn"), cnnviz.open_images("sample")[:20]
    logits = probe.logits(images)
    start = probe.logits(np.zeros((1, 28, 28, 1), np.float32))[0, logits.argmax(axis=1)]
    change = logits.max(axis=1) - start

    def error(steps: int) -> float:
        sums = attribute(probe, images, GuidedIG(steps=steps)).values.sum(axis=(1, 2, 3))
        return float(np.abs(sums - change).mean() / np.abs(change).mean())

    assert error(100) <= 0.12 and error(100) < error(10)


def test_the_flattest_values_move_first_and_no_farther_than_the_corridor() -> None:
    steepness, lengths = np.float32([[3, 1, 2, 0]]), np.float32([[1, 1, 1, 0]])
    none = np.zeros((1, 4), np.float32)
    one_by_one = GuidedIG(fraction=0.25, reach=1)
    # A third of the whole way is one value's; the value without a way takes no turn.
    np.testing.assert_allclose(one_by_one.moved(none, steepness, lengths, 1 / 3), [[0, 1, 0, 0]], atol=1e-6)
    np.testing.assert_allclose(one_by_one.moved(none, steepness, lengths, 1 / 2), [[0, 1, 0.5, 0]], atol=1e-6)
    narrow = GuidedIG(fraction=0.25, reach=0.1)
    np.testing.assert_allclose(narrow.moved(none, steepness, lengths, 0.5)[0, :3], [0.4, 0.6, 0.5], atol=1e-6)
    np.testing.assert_allclose(narrow.moved(none, steepness, lengths, 1.0)[0, :3], [1, 1, 1], atol=1e-6)
    two_at_once = GuidedIG(fraction=0.5, reach=1)
    np.testing.assert_allclose(two_at_once.moved(none, steepness, lengths, 1 / 3)[0, :3], [0, 0.5, 0.5], atol=1e-6)


def test_sobol_indices_of_a_linear_net_are_shares_of_the_squared_contributions() -> None:
    probe, weights = linear((3, 3, 1))
    images = pictures_for(probe, 4)
    pixels = images.pixels.copy()
    pixels[:, 1, 1] = 0
    squares = np.square(pixels / 255 * weights[..., 1])[..., 0]
    made = attribute(probe, Images(pixels), Sobol(designs=1024, fill="black"), 1)
    np.testing.assert_allclose(made.values, squares / squares.sum(axis=(1, 2), keepdims=True), atol=0.01)
    assert not made.values[:, 1, 1].any()


def test_sobol_of_an_image_that_is_only_fill_is_flat_and_grids_fit_small_images() -> None:
    probe, _ = linear((3, 9, 1))
    made = attribute(probe, Images(np.zeros((2, 3, 9, 1), np.uint8)), Sobol(designs=4, fill="black"), 1)
    assert made.values.shape == (2, 3, 8) and not made.values.any()


@pytest.mark.parametrize(
    "spelled", ["sobol:designs=1", "sobol:fill=pink", "guided-ig:fraction=0", "guided-ig:reach=2", "guided-ig:steps=0"]
)
def test_settings_that_cannot_be_are_refused(spelled: str) -> None:
    with pytest.raises(UsageError):
        cnnviz.attribute("fmnist-cnn", cnnviz.open_images("sample")[:1], spelled)


def test_expected_gradients_need_samples() -> None:
    with pytest.raises(UsageError, match="at least 1"):
        ExpectedGradients(samples=0)
