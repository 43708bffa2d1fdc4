"""What is in the pixels: the published figures of Fashion-MNIST, sums by hand, parts merged."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnnviz
from cnnviz.data.images import Images
from cnnviz.reports.pixels.class_statistics import profile_pixels
from cnnviz.reports.pixels.class_sums import AT_ONCE, Tally


@pytest.fixture(scope="module")
def train():
    return cnnviz.open_images("fmnist:train")


@pytest.fixture(scope="module")
def profile(train):
    return profile_pixels(train)


def test_the_published_means_of_pixels_alone(profile):
    assert f"{profile.mean:.4f}" == "72.9404"
    assert f"{profile_pixels(cnnviz.open_images('fmnist')).mean:.4f}" == "73.1466"
    means = dict(zip(profile.class_names, profile.class_means, strict=True))
    said = {name: f"{means[name]:.2f}" for name in ("Sneaker", "Coat", "Shirt", "T-shirt/top")}
    assert said == {"Sneaker": "42.76", "Coat": "98.26", "Shirt": "84.61", "T-shirt/top": "83.03"}


def test_the_published_correlations_of_pixels_alone(profile):
    at = {name: i for i, name in enumerate(profile.class_names)}

    def percent(a, b):
        return f"{100 * profile.correlation[at[a], at[b]]:.2f}"

    assert percent("Ankle boot", "Dress") == "27.29"
    assert percent("Ankle boot", "T-shirt/top") == "24.95"
    assert percent("Dress", "Sandal") == "16.72"
    assert percent("Dress", "Sneaker") == "20.64"


def test_with_the_label_averaged_in_they_are_other_figures(train, profile):
    """Source project 001 averages the label in as a 785th column."""
    rows = np.concatenate([train.labels[:, None], train.pixels.reshape(len(train), -1)], axis=1).astype(np.float64)
    means = np.array([rows[train.labels == c].mean(axis=0) for c in range(10)])
    with_label = means.mean(axis=1)
    # The label is smaller than any mean pixel, so all means fall, by (mean - label) / 785.
    expected = profile.class_means - (profile.class_means - np.arange(10)) / 785
    np.testing.assert_allclose(with_label, expected)
    assert f"{with_label[4]:.2f}" == "98.14" and f"{profile.class_means[4]:.2f}" == "98.26"
    assert abs(np.corrcoef(means) - profile.correlation).max() > 1e-4


def test_sums_are_exact_for_bytes(train):
    tally = Tally.empty((28, 28, 1), 10)
    tally.add(train.pixels[:5000], train.labels[:5000])
    whole = train.pixels[:5000].astype(np.int64)
    for c in range(10):
        own = whole[train.labels[:5000] == c]
        np.testing.assert_array_equal(tally.sums[c], own.sum(axis=0))
        np.testing.assert_array_equal(tally.squares[c], (own**2).sum(axis=0))
        np.testing.assert_array_equal(tally.levels[c], np.bincount(own.ravel(), minlength=256))


def test_so_many_of_the_lightest_pictures_are_still_exact():
    tally = Tally.empty((1, 1, 1), 1)
    tally.add(np.full((3 * AT_ONCE, 1, 1, 1), 255, np.uint8))
    assert tally.squares[0, 0, 0, 0] == 3 * AT_ONCE * 255**2


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    cuts=st.lists(st.integers(0, 50), max_size=4),
    kind=st.sampled_from([np.uint8, np.float32]),
)
def test_parts_merged_are_the_whole(seed, cuts, kind):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (50, 3, 4, 1)).astype(kind)
    pixels[rng.integers(0, 50)] = 7
    labels = rng.integers(0, 3, 50)
    whole = Tally.empty((3, 4, 1), 3)
    whole.add(pixels, labels)
    merged = Tally.empty((3, 4, 1), 3)
    ends = [0, *sorted(cuts), 50]
    for start, end in itertools.pairwise(ends):
        part = Tally.empty((3, 4, 1), 3)
        part.add(pixels[start:end], labels[start:end])
        merged.merge(part)
    for name in ("counts", "levels"):
        np.testing.assert_array_equal(getattr(merged, name), getattr(whole, name))
    for name in ("sums", "squares"):
        np.testing.assert_allclose(getattr(merged, name), getattr(whole, name), rtol=1e-9)
    for name in ("lowest", "highest", "darkest_maximum", "lightest_minimum", "constant", "seen"):
        assert getattr(merged, name) == getattr(whole, name), name


def test_extremes_by_hand():
    pixels = np.array([[[0, 9]], [[3, 3]], [[2, 200]], [[1, 5]]], np.uint8)
    profile = profile_pixels(Images(pixels))
    tally = profile.tally
    assert (tally.lowest, tally.highest) == (0, 200)
    assert tally.darkest_maximum == (3, 1) and tally.lightest_minimum == (3, 1) and tally.constant == (1,)
    assert profile.mean == pytest.approx(pixels.mean()) and profile.deviation == pytest.approx(pixels.std())
    assert not profile.labelled and profile.class_names == ("all images",)


def test_a_class_without_pictures_has_no_mean_and_a_flat_one_no_correlation():
    images = Images(np.array([[[1, 1]], [[0, 4]]], np.uint8), np.array([0, 2]), ("flat", "none", "some"))
    profile = profile_pixels(images)
    np.testing.assert_allclose(profile.class_means, [1, np.nan, 2])
    assert np.isnan(profile.correlation[0, 2]) and np.isnan(profile.correlation[1, 2])
    assert profile.correlation[2, 2] == pytest.approx(1)
    np.testing.assert_allclose(profile.deviation_pictures[2, 0, :, 0], [0, 0])
