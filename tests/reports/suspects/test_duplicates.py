"""Pictures that occur twice: planted ones are found, others are not."""

import numpy as np
import pytest

import cnnviz
from cnnviz.data.images import Images
from cnnviz.reports.suspects.duplicate_candidates import low_frequencies
from cnnviz.reports.suspects.duplicates import MOVES, find_duplicates
from cnnviz.reports.suspects.same_image import correlations, one_picture

from .planting import found, moved, slice_of, with_copies, with_pixels

CHANGES = {
    "exact": lambda pixels, rng: pixels,
    "darker": lambda pixels, rng: pixels * 0.8,
    "lighter": lambda pixels, rng: pixels * 1.2,
    "noise": lambda pixels, rng: pixels + 10 * rng.standard_normal(pixels.shape),
    "moved across": lambda pixels, rng: moved(pixels, 0, 1),
    "moved down": lambda pixels, rng: moved(pixels, 1, 0),
    "moved both": lambda pixels, rng: moved(pixels, -1, -1),
}


@pytest.fixture(scope="module")
def pictures(fashion_mnist_folder):
    return slice_of(cnnviz.open_images("fmnist"), 2000, 3)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_planted_copies_are_found_and_nothing_else(pictures, change):
    images, pairs = with_copies(pictures, change, 1)
    duplicates = find_duplicates(images)
    recall, precision = found(pairs, zip(duplicates.first.tolist(), duplicates.second.tolist(), strict=True))
    assert recall >= 0.95 and precision >= 0.8, (recall, precision)
    assert not duplicates.across and not duplicates.left_out and not duplicates.other_label.any()


def test_what_is_said_of_pairs(pictures):
    images, pairs = with_copies(pictures, CHANGES["exact"], 1)
    exact = find_duplicates(images)
    assert exact.exact.sum() == len(pairs)
    assert (exact.likeness[exact.exact] == 1).all() and (exact.first < exact.second).all()
    images, _ = with_copies(pictures, CHANGES["moved down"], 1)
    near = find_duplicates(images)
    assert (near.shifts == (1, 0)).all(axis=1).mean() > 0.95
    assert (np.diff(near.likeness) <= 0).all() and not near.exact.any()


def test_leaks_across_two_sets(pictures):
    train, test = pictures.take(np.arange(1500)), pictures.take(np.arange(1500, 2000))
    assert len(find_duplicates(train, test)) <= 2
    leaked = np.concatenate([test.pixels, train.pixels[:100], (train.pixels[100:200] * 0.9).astype(np.uint8)])
    labels = np.concatenate([test.labels, train.labels[:100], (train.labels[100:200] + 1) % 10])
    leaks = find_duplicates(train, with_pixels(test, leaked, labels))
    wanted = {(i, 500 + i) for i in range(200)}
    recall, precision = found(wanted, zip(leaks.first.tolist(), leaks.second.tolist(), strict=True))
    assert leaks.across and recall >= 0.95 and precision >= 0.95
    assert leaks.exact.sum() == 100 and leaks.other_label.sum() >= 95


def test_many_equal_pictures_give_a_pair_each_and_flat_ones_no_near_pairs():
    pixels = np.zeros((6, 10, 10), np.uint8)
    pixels[3:] = np.arange(100).reshape(10, 10)
    pixels[5] = 9
    duplicates = find_duplicates(Images(pixels))
    assert list(zip(duplicates.first.tolist(), duplicates.second.tolist(), strict=True)) == [(0, 1), (0, 2), (3, 4)]


def test_colour_floats_and_one_picture():
    rng = np.random.default_rng(0)
    pixels = rng.random((40, 16, 20, 3)).astype(np.float32)
    pixels[39] = pixels[0] * 0.5
    assert find_duplicates(Images(pixels)).second.tolist() == [39]
    assert len(find_duplicates(Images(pixels[:1]))) == 0


def test_what_is_left_out_is_said():
    small, large = Images(np.zeros((3, 6, 6), np.uint8)), Images(np.zeros((3, 9, 9), np.uint8))
    assert "too similar" in find_duplicates(small).left_out[0] and len(find_duplicates(small)) == 2
    assert "differ in size" in find_duplicates(small, large).left_out[0]


def test_correlations_are_pearsons(pictures):
    first, second = np.array([0, 1, 2]), np.array([5, 6, 7])
    moves = np.array([[0, 0], [1, 0], [0, -1]])
    plain, _ = correlations(pictures.pixels, pictures.pixels, first, second, moves)
    a, b = pictures.pixels[..., 0].astype(float)[first], pictures.pixels[..., 0].astype(float)[second]
    by_hand = [
        np.corrcoef(a[0].ravel(), b[0].ravel())[0, 1],
        np.corrcoef(a[1, :-1].ravel(), b[1, 1:].ravel())[0, 1],
        np.corrcoef(a[2, :, 1:].ravel(), b[2, :, :-1].ravel())[0, 1],
    ]
    np.testing.assert_allclose(plain, by_hand, atol=1e-5)
    assert one_picture(np.array([1.0, 0.5, 0.98]), np.array([1.0, 0.5, 0.98])).tolist() == [True, False, False]


def test_low_frequencies_are_fouriers_and_do_not_mind_moves_in_a_circle(pictures):
    pixels = pictures.pixels[:5]
    spectra = low_frequencies(pixels)
    whole = np.fft.fft2(pixels[..., 0].astype(float))
    rows, columns = spectra.frequencies.T
    expected = whole[:, rows, columns]
    expected /= np.sqrt(np.square(np.abs(expected)).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(spectra.waves, expected, atol=1e-5)
    again = low_frequencies(np.roll(pixels, (3, -2), axis=(1, 2)))
    np.testing.assert_allclose(again.strengths, spectra.strengths, atol=1e-5)
    assert MOVES[0].tolist() == [0, 0] and len(MOVES) == 9
