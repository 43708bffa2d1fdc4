"""Parts of the data report, each against a calculation of another kind: by hand, by SciPy or by scikit-learn."""

import numpy as np
import pytest
from sklearn.feature_selection import f_classif
from sklearn.metrics import mutual_info_score, silhouette_samples

from cnnviz.data.images import Images
from cnnviz.reports.pixels.brightness_shift import brightness_shift
from cnnviz.reports.pixels.class_means import correlations, mean_pictures
from cnnviz.reports.pixels.class_medians import median_pictures
from cnnviz.reports.pixels.class_order import clustered
from cnnviz.reports.pixels.class_statistics import profile_pixels
from cnnviz.reports.pixels.pixel_importance import importance, mutual_information
from cnnviz.reports.pixels.reduce_images import block_means, spread_over_classes
from cnnviz.reports.pixels.separability import separability


def noisy(seed, n=400, classes=4, shape=(5, 6, 1), shift=0):
    """Pictures of noise, each class lighter by 20 than the one before."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % classes
    pixels = rng.normal(90 + 20 * labels[:, None, None, None] + shift, 25, (n, *shape)).clip(0, 255).astype(np.uint8)
    return Images(pixels, labels, tuple("abcdefgh"[:classes]))


def test_mean_pictures_alone_are_those_of_the_profile():
    images = noisy(0)
    profile = profile_pixels(images)
    np.testing.assert_array_equal(mean_pictures(images), profile.class_pictures)
    np.testing.assert_allclose(
        correlations(mean_pictures(images)), np.corrcoef(profile.class_pictures.reshape(4, -1)), atol=1e-12
    )
    floats = Images(images.pixels.astype(np.float32) / 300, images.labels, images.class_names)
    np.testing.assert_allclose(mean_pictures(floats), profile_pixels(floats).class_pictures, rtol=1e-9)


def test_fishers_ratio_is_the_f_statistic_but_for_its_degrees_of_freedom():
    images = noisy(1)
    f, _ = f_classif(images.pixels.reshape(400, -1).astype(float), images.labels)
    np.testing.assert_allclose(profile_pixels(images).fisher.ravel() * (400 - 4) / (4 - 1), f, rtol=1e-6)


def test_fishers_ratio_of_pixels_that_never_change_or_tell_all():
    pixels = np.zeros((4, 1, 2, 1), np.uint8)
    pixels[2:, 0, 1] = 9
    ratio = profile_pixels(Images(pixels, np.array([0, 0, 1, 1]), ("a", "b"))).fisher
    assert ratio[0, 0, 0] == 0 and ratio[0, 1, 0] == np.inf


def test_spread_and_separation_by_hand():
    pixels = np.array([[[0, 0]], [[4, 0]], [[10, 10]], [[10, 14]]], np.uint8)
    profile = profile_pixels(Images(pixels, np.array([0, 0, 1, 1]), ("a", "b")))
    # Each class spreads by 2 in one of two pixels; the means (2, 0) and (10, 12) lie 8 and 12 apart.
    np.testing.assert_allclose(profile.spreads, [np.sqrt(2), np.sqrt(2)])
    assert profile.separation[0, 1] == pytest.approx(np.sqrt((64 + 144) / 2) / np.sqrt(2))
    assert profile.variance_picture.shape == (1, 2, 1)
    np.testing.assert_allclose(profile.variance_picture.ravel(), pixels.reshape(4, 2).var(axis=0))


def test_medians_of_even_counts_lie_between_two_bytes():
    pixels = np.array([[[250]], [[255]], [[3]]], np.uint8)
    medians = median_pictures(Images(pixels, np.array([0, 0, 2]), ("even", "none", "one")))
    assert medians[0, 0, 0, 0] == 252.5 and np.isnan(medians[1]).all() and medians[2, 0, 0, 0] == 3
    assert median_pictures(Images(pixels[..., None])).ravel().tolist() == [250]


def test_intervals_are_as_wide_as_standard_errors_say():
    first, second = noisy(2, n=1200), noisy(3, n=800)
    held = brightness_shift(first, second)
    means = [one.pixels.reshape(len(one), -1).mean(axis=1) for one in (first, second)]
    for k in range(4):
        a, b = means[0][first.labels == k], means[1][second.labels == k]
        assert held.differences[k] == pytest.approx(a.mean() - b.mean())
        error = np.sqrt(a.var() / len(a) + b.var() / len(b))
        # The largest of four: 2.49 standard errors hold them all 95 % of the time.
        assert (held.high[k] - held.differences[k]) / error == pytest.approx(2.49, abs=0.25)
    assert held.noise.all()


def test_a_set_that_is_lighter_is_no_noise_and_halves_of_one_are():
    assert not brightness_shift(noisy(4), noisy(5, shift=6)).noise.any()
    quiet = sum(brightness_shift(noisy(seed), noisy(1000 + seed), draws=300).noise.all() for seed in range(40))
    assert quiet >= 35


def test_classes_of_a_handful_of_pictures_raise_no_alarm_by_chance():
    """The spread of five pictures is hardly known: without Student's t four in ten such splits would seem to differ."""
    sets = [noisy(seed, n=20 + 40 * (seed % 2)) for seed in range(120)]
    alarms = [
        not brightness_shift(small, large, draws=200).noise.all()
        for small, large in zip(sets[::2], sets[1::2], strict=True)
    ]
    assert np.mean(alarms) <= 0.1
    light = Images(np.minimum(sets[0].pixels, 155) + 100, sets[0].labels, sets[0].class_names)
    assert not brightness_shift(light, sets[1], draws=200).noise.any()


def test_many_pictures_are_drawn_by_groups_to_the_same_intervals():
    one, other = noisy(6, n=1400, classes=1), noisy(7, n=1400, classes=1)
    grouped = brightness_shift(one, other)
    width = float(grouped.high[0] - grouped.low[0])
    means = [images.pixels.reshape(1400, -1).mean(axis=1) for images in (one, other)]
    assert width == pytest.approx(2 * 1.96 * np.sqrt(sum(m.var() / 1400 for m in means)), rel=0.12)


def test_a_class_of_one_picture_has_no_interval():
    images = Images(np.zeros((3, 2, 2), np.uint8), np.array([0, 0, 1]), ("two", "one"))
    held = brightness_shift(images, images)
    assert held.known.tolist() == [True, False] and held.noise.tolist() == [True, False]


def test_alike_classes_stand_together():
    # Two groups that take turns: 0 2 4 and 1 3 5; 6 is not known.
    correlation = np.fromfunction(lambda i, j: np.where((i - j) % 2 == 0, 0.9, 0.1), (7, 7))
    np.fill_diagonal(correlation, 1)
    correlation[6] = correlation[:, 6] = np.nan
    order = clustered(correlation).tolist()
    assert order[6] == 6 and {frozenset(order[:3]), frozenset(order[3:6])} == {
        frozenset({0, 2, 4}),
        frozenset({1, 3, 5}),
    }
    assert clustered(np.full((2, 2), np.nan)).tolist() == [0, 1]


def test_silhouettes_are_those_of_scikit_learn():
    images = noisy(8, n=120, shape=(3, 3, 1))
    held = separability(images)
    rows = images.pixels.reshape(120, -1) / 255
    each = silhouette_samples(rows, images.labels)
    assert held.components == 9 and held.explained == pytest.approx(1)
    assert held.overall == pytest.approx(each.mean(), abs=1e-6)
    np.testing.assert_allclose(held.silhouettes, [each[images.labels == k].mean() for k in range(4)], atol=1e-6)
    assert held.nearest[0] == 1 and held.nearest[3] == 2


def test_mutual_information_is_that_of_scikit_learn_less_the_bias():
    rng = np.random.default_rng(9)
    labels = rng.integers(0, 4, 3000)
    values = np.stack([labels / 4, rng.random(3000), (labels > 1) * 0.5], axis=1)
    bits, entropy = mutual_information(values, labels)
    assert bits[0] == pytest.approx(entropy, abs=0.01) and bits[1] < 0.005 and bits[2] == pytest.approx(1, abs=0.02)
    raw = mutual_info_score(labels, (values[:, 1] * 16).astype(int)) / np.log(2)
    assert bits[1] == pytest.approx(max(0, raw - (4 - 1) * (16 - 1) / (2 * 3000 * np.log(2))), abs=1e-9)


def test_the_pixel_that_tells_is_found():
    rng = np.random.default_rng(10)
    pixels = rng.integers(0, 256, (300, 4, 4, 1)).astype(np.uint8)
    labels = np.arange(300) % 3
    pixels[:, 2, 1, 0] = labels * 100 + rng.integers(0, 20, 300)
    held = importance(Images(pixels, labels, ("a", "b", "c")), trees=20)
    assert np.unravel_index(held.forest.argmax(), (4, 4, 1)) == (2, 1, 0)
    assert np.unravel_index(held.information.argmax(), (4, 4, 1)) == (2, 1, 0)
    assert held.forest.sum() == pytest.approx(1) and held.accuracy > 0.9 and held.pictures == 300


def test_fewer_pictures_keep_the_shares_of_the_classes():
    labels = np.repeat([0, 1, 2], [600, 300, 100])
    chosen = spread_over_classes(labels, 100)
    assert np.abs(np.bincount(labels[chosen]) - [60, 30, 10]).max() <= 1 and (np.diff(chosen) > 0).all()


def test_blocks_at_the_rim_are_averaged_over_what_there_is():
    pixels = np.arange(15, dtype=np.uint8).reshape(1, 3, 5, 1)
    small = block_means(pixels, 2)[0, :, :, 0]
    np.testing.assert_allclose(small, [[3, 5, 6.5], [10.5, 12.5, 14]])
