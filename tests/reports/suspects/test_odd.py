"""Odd pictures: planted blanks, crops and inversions are found, others are not."""

import numpy as np
import pytest

import cnnviz
from cnnviz.data.images import Images
from cnnviz.reports.suspects.background import find_background
from cnnviz.reports.suspects.class_distance import class_distances
from cnnviz.reports.suspects.cropping import missing, shows
from cnnviz.reports.suspects.outliers import KINDS, find_odd

from .planting import cut_off, found, planted, slice_of

CHANGES = {
    "blank": lambda pixels, rng: np.ones_like(pixels) * rng.integers(0, 256, (len(pixels), 1, 1, 1)),
    "nearly blank": lambda pixels, rng: 40 + 2 * rng.standard_normal(pixels.shape),
    "cropped": cut_off,
    "inverted": lambda pixels, rng: 255 - pixels,
}


@pytest.fixture(scope="module")
def pictures(fashion_mnist_folder):
    return slice_of(cnnviz.open_images("fmnist"), 3000, 4)


@pytest.mark.parametrize(("name", "kind"), [(n, n.removeprefix("nearly ")) for n in CHANGES], ids=CHANGES)
def test_planted_pictures_are_found_and_nothing_else(pictures, name, kind):
    images, where = planted(pictures, CHANGES[name], 2)
    odd = find_odd(images, np.zeros((len(images), 1), np.float32))
    recall, precision = found(where.tolist(), odd.of_kind(kind).tolist())
    assert recall >= 0.95 and precision >= 0.8, (recall, precision)


def test_few_of_the_real_pictures_are_odd_and_reasons_say_why(pictures):
    features = np.zeros((len(pictures), 1), np.float32)
    odd = find_odd(pictures, features)
    assert len(odd.of_kind("blank")) == len(odd.of_kind("inverted")) == 0 and not odd.left_out
    assert len(odd) <= 0.01 * len(pictures)
    assert len(odd.kinds) == len(odd.reasons) == len(odd.scores) == len(odd)
    images, _ = planted(pictures, CHANGES["inverted"], 2)
    odd = find_odd(images, features)
    assert odd.reasons[odd.kinds.index("inverted")] == "its border is 255, the set's background 0"


def test_pictures_of_another_kind_are_far_from_their_class(pictures):
    pixels = pictures.pixels.copy()
    rng = np.random.default_rng(0)
    where = np.concatenate([np.flatnonzero(pictures.labels == c)[:2] for c in (1, 3, 7, 9)])
    strange = (np.indices((28, 28)).sum(axis=0) // 4 % 2 * 200)[..., None]
    pixels[where] = strange + rng.integers(0, 30, (len(where), 28, 28, 1))
    odd = find_odd(Images(pixels, pictures.labels, pictures.class_names))
    assert set(where.tolist()) <= set(odd.of_kind("far").tolist())
    assert len(odd.of_kind("far")) <= len(where) + 0.005 * len(pictures)


def test_distances_do_not_mind_a_tenth_of_strangers():
    rng = np.random.default_rng(0)
    points = rng.standard_normal((500, 6))
    points[:50] = points[:50] * 0.1 + 30
    far = class_distances(points, [np.arange(500)])
    assert far[:50].min() > 7 > np.quantile(far[50:], 0.99)
    assert np.isnan(class_distances(points, [np.arange(10)])).all()


def test_few_pictures_of_many_features_are_not_all_far():
    points = np.random.default_rng(1).standard_normal((60, 140))
    assert (class_distances(points, [np.arange(60)]) > 7).sum() == 0


def test_missing_by_hand():
    shown = np.zeros((10, 4, 4), bool)
    shown[:, 1:3] = True
    shown[9, 1] = False  # its upper half is cut off
    lacks, bands = missing(shown, [np.arange(10)])
    assert bands[0].tolist() == [1, 1, 0, 0] and bands[9].tolist() == [2, 1, 0, 0]
    # The class shows 40 + 36 pixels, 36 of them in the row that is lost; nine in ten lack nothing more than usual.
    usual = np.quantile([0] * 9 + [36 / 76], 0.9)
    np.testing.assert_allclose(lacks[9], [36 / 76 - usual, 0, 0, 0])


def test_a_set_without_background_and_small_ones_say_so():
    rng = np.random.default_rng(0)
    mixed = Images(rng.integers(0, 40, (60, 12, 12, 1)) + rng.integers(0, 215, (60, 1, 1, 1)))
    assert not find_background(mixed.pixels, 255).common
    assert any("no common background" in why for why in find_odd(mixed).left_out)
    one = find_odd(Images(np.zeros((1, 9, 9), np.uint8)))
    assert one.kinds == ("blank",) and "too few" in one.left_out[0]


def test_many_small_classes_colour_and_no_labels():
    rng = np.random.default_rng(0)
    pixels = np.zeros((600, 16, 16, 3), np.uint8)
    pixels[:, 4:12, 4:12] = rng.integers(60, 255, (600, 8, 8, 3))
    pixels[7] = 255 - pixels[7]
    pixels[8] = 90
    many = find_odd(Images(pixels, np.arange(600) % 300, tuple(f"c{i}" for i in range(300))))
    assert any("300 classes" in why for why in many.left_out)
    for odd in (many, find_odd(Images(pixels))):
        assert odd.of_kind("inverted").tolist() == [7] and odd.of_kind("blank").tolist() == [8]
        assert set(odd.kinds) <= set(KINDS)


def test_what_shows_is_off_the_background():
    pixels = np.array([[[[10], [30]], [[31], [80]]]], np.uint8)
    assert shows(pixels, np.array([10.0]), 255)[0].tolist() == [[False, False], [True, True]]
