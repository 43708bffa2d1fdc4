"""Penalties, transforms and parametrizations by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.maximization.parametrization import Fourier, Pixels
from cnnviz.maximization.penalty import SquaredSize, TotalVariation
from cnnviz.maximization.settings import MaximizationSettings, part_text
from cnnviz.maximization.transform import TRANSFORMS, Jitter, Rotation, Scaling, apply_transforms


def test_penalties_by_hand():
    picture = np.array([[0, 1], [0.5, 0.5]], np.float32).reshape(1, 2, 2, 1)
    # |1-0| + |0.5-0.5| across, |0.5-0| + |0.5-1| down; each over 0 less its softening of 0.01.
    assert float(TotalVariation()(picture)[0]) == pytest.approx(2 - 3 * 0.01, abs=3e-4)
    assert float(SquaredSize()(picture)[0]) == pytest.approx(0.5 * (1 + 0.25 + 0.25))
    assert float(SquaredSize(shade=0.5)(picture)[0]) == pytest.approx(0.5 * (0.25 + 0.25))


def picture_of(side: int) -> np.ndarray:
    return np.random.default_rng(0).random((1, side, side, 1), np.float32)


def test_jitter_moves_by_whole_pixels():
    picture = picture_of(6)
    made = apply_transforms(picture, [Jitter(2)], np.array([[0.99, 0.5]], np.float32)).numpy()
    np.testing.assert_allclose(made[0, :, :4, 0], picture[0, :, 2:, 0], atol=1e-6)
    # What comes in from outside is the edge.
    np.testing.assert_allclose(made[0, :, 4:, 0], picture[0, :, 5:, 0].repeat(2, axis=1), atol=1e-6)


def test_a_right_angle_is_rot90():
    picture = picture_of(5)
    made = apply_transforms(picture, [Rotation(90.0)], np.array([[1.0]], np.float32)).numpy()
    np.testing.assert_allclose(made[0, ..., 0], np.rot90(picture[0, ..., 0]), atol=1e-4)


def test_enlarging_twice_shows_the_middle():
    picture = picture_of(5)
    made = apply_transforms(picture, [Scaling(1.0)], np.array([[1.0]], np.float32)).numpy()
    np.testing.assert_allclose(made[0, ::2, ::2, 0], picture[0, 1:4, 1:4, 0], atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(sorted(TRANSFORMS)), max_size=3), st.integers(0, 2**31))
def test_moved_pictures_stay_between_their_ends_and_alone(names, seed):
    transforms = [TRANSFORMS.make(name) for name in names]
    random = np.random.default_rng(seed)
    pictures = random.random((3, 7, 5, 1), np.float32)
    drawn = random.random((3, sum(one.draws for one in transforms)), np.float32)
    made = np.asarray(apply_transforms(pictures, transforms, drawn))
    assert made.shape == pictures.shape
    assert made.min() >= pictures.min() - 1e-6 and made.max() <= pictures.max() + 1e-6
    np.testing.assert_array_equal(np.asarray(apply_transforms(pictures[1:2], transforms, drawn[1:2]))[0], made[1])


@pytest.mark.parametrize("size", [(6, 6), (7, 5), (28, 28)])
def test_waves_and_back(size):
    """Any picture between black and white has waves, and they give it back."""
    picture = np.random.default_rng(1).uniform(0.05, 0.95, (1, *size, 1)).astype(np.float32)
    fourier = Fourier()
    waves = np.fft.rfft2(np.log(picture / (1 - picture))[0, ..., 0]) / fourier.amplitudes(size)
    numbers = np.stack([waves.real, waves.imag])[None, :, None].astype(np.float32)
    assert numbers.shape[1:] == fourier.shape((*size, 1))
    np.testing.assert_allclose(fourier(numbers, (*size, 1)), picture, atol=1e-4)


def test_numbers_of_one_give_waves_of_one():
    numbers = np.random.default_rng(2).standard_normal((64, *Fourier().shape((28, 28, 1)))).astype(np.float32)
    made = np.asarray(Fourier()(numbers, (28, 28, 1)))
    assert np.log(made / (1 - made)).std() == pytest.approx(1, abs=0.15)
    half = Pixels()(np.zeros((1, 2, 2, 1), np.float32), (2, 2, 1))
    np.testing.assert_array_equal(half, np.full((1, 2, 2, 1), 0.5))


def test_a_recipe_says_itself_as_it_is_spelled():
    facts = MaximizationSettings().facts()
    assert facts["transforms"] == ["jitter:pixels=1", "rotate:degrees=3", "scale:share=0.05"]
    assert all(part_text(TRANSFORMS.make(word)) == word for word in facts["transforms"])
