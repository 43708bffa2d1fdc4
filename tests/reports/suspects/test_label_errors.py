"""Wrong labels: planted ones are found where classes can be told apart; cases by hand; what is left out."""

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import DataError
from cnnviz.data.images import Images
from cnnviz.models.bundled import bundled_models
from cnnviz.reports.suspects.label_errors import confident_errors, find_label_errors
from cnnviz.reports.suspects.label_judges import bundled_judge
from cnnviz.reports.suspects.out_of_fold import held_out_probabilities
from tests.helpers.sweeps import slow

from .planting import PLANTED, found, slice_of

#: Classes of Fashion-MNIST that a quick classifier tells apart: without Pullover, Coat and Shirt.
TOLD_APART = (0, 1, 3, 5, 7, 8, 9)


def flipped(images: Images, seed: int) -> tuple[Images, np.ndarray]:
    """Give 200 pictures another of the set's classes, any with equal chance."""
    rng = np.random.default_rng(seed)
    where = rng.choice(len(images), PLANTED, replace=False)
    classes = np.unique(images.labels)
    labels = images.labels.copy()
    own = np.searchsorted(classes, labels[where])
    labels[where] = classes[(own + rng.integers(1, len(classes), PLANTED)) % len(classes)]
    return Images(images.pixels, labels, images.class_names), where


@pytest.fixture(scope="module")
def train(fashion_mnist_folder):
    return cnnviz.open_images("fmnist:train")


def test_planted_flips_are_found_among_classes_that_can_be_told_apart(train):
    images, where = flipped(slice_of(train, 3000, 1, TOLD_APART), 1)
    errors = find_label_errors(images, model=None)
    recall, precision = found(where.tolist(), errors.positions.tolist())
    assert recall >= 0.95 and precision >= 0.8, (recall, precision)
    assert (errors.given == images.labels[errors.positions]).all() and (errors.given != errors.suggested).all()
    assert (np.diff(errors.own) >= 0).all() and (errors.own < errors.confidence).all()
    assert set(np.unique(errors.suggested)) <= set(TOLD_APART)
    # What is suggested for them is the label that they had.
    true = slice_of(train, 3000, 1, TOLD_APART).labels[errors.positions]
    hit = np.isin(errors.positions, where)
    assert (errors.suggested == true)[hit].mean() > 0.9


def test_the_surest_are_right_even_where_classes_overlap(train):
    """A quick classifier cannot tell all coats from pullovers: the list is longer, its head is good."""
    images, where = flipped(slice_of(train, 3000, 3), 3)
    errors = find_label_errors(images, model=None)
    recall, precision = found(where.tolist(), errors.positions.tolist())
    assert recall >= 0.85 and precision >= 0.5, (recall, precision)
    assert np.isin(errors.positions[: PLANTED // 2], where).mean() >= 0.85


@pytest.mark.parametrize("seed", [0, *slow(1)])
def test_flips_planted_in_a_copy_of_the_sample_are_found_among_all_classes(seed):
    """Of a thousand pictures a bundled network knows more than a quick classifier can learn from them."""
    images, where = flipped(cnnviz.open_images("sample"), seed)
    errors = find_label_errors(images)
    recall, precision = found(where.tolist(), errors.positions.tolist())
    assert recall >= 0.95 and precision >= 0.8, (recall, precision)
    assert errors.judge in bundled_models()
    assert errors.accuracy > find_label_errors(images, model=None).accuracy


def test_a_named_model_judges_whatever_the_order_and_number_of_classes():
    """Labels that count in another order, and of some of the classes only, are judged the same."""
    sample = cnnviz.open_images("sample").take(np.arange(0, 1000, 5))
    errors = find_label_errors(sample, model="fmnist-cnn")
    assert errors.judge == "fmnist-cnn" and len(errors)
    turned = Images(sample.pixels, 9 - sample.labels, sample.class_names[::-1])
    again = find_label_errors(turned, model="fmnist-cnn")
    np.testing.assert_array_equal(again.positions, errors.positions)
    np.testing.assert_array_equal(again.suggested, 9 - errors.suggested)
    probabilities = cnnviz.predict("fmnist-cnn", sample).probabilities
    rows = errors.positions
    np.testing.assert_allclose(errors.own, probabilities[rows, sample.labels[rows]], rtol=1e-4, atol=1e-7)
    # Of one class alone no classifier can be learned; a network has something to say of it.
    shirts = sample.take(np.flatnonzero(sample.labels == 6))
    assert "fewer than two classes" in find_label_errors(shirts, model=None).left_out[0]
    assert find_label_errors(shirts).judge in bundled_models()


def test_networks_are_asked_of_their_own_classes_only():
    sample = cnnviz.open_images("sample").take(np.arange(0, 1000, 5))
    digits = Images(sample.pixels, sample.labels, tuple("0123456789"))
    assert find_label_errors(digits).judge == ""
    others = Images(sample.pixels, sample.labels, tuple("abcdefghij"))
    assert find_label_errors(others).judge == ""
    with pytest.raises(DataError, match=r"the 10 classes of .* are not those of"):
        find_label_errors(others, model="fmnist-cnn")


def test_a_model_of_two_classes_judges_labels_that_came_without_names():
    """Labels without names are given ten; two of them have pictures, and the model knows no more."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 80, (60, 8, 8, 1)).astype(np.uint8)
    labels = np.arange(60) % 2
    pixels[labels == 1] += 150
    given = labels.copy()
    given[[4, 7]] = 1 - labels[[4, 7]]
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")])
    model.layers[-1].set_weights([np.tile([-0.2, 0.2], (64, 1)), np.array([5.6, -5.6])])
    probe = cnnviz.wrap(model, scale="0-1", class_names=("dark", "bright"))
    errors = find_label_errors(Images(pixels, given, tuple("0123456789")), model=probe)
    assert sorted(errors.positions.tolist()) == [4, 7]
    np.testing.assert_array_equal(errors.suggested[np.argsort(errors.positions)], labels[[4, 7]])


def test_a_network_does_not_judge_the_set_it_learned_from(train):
    assert bundled_judge(train) is None


def test_the_rule_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.02, 0.98], [0.1, 0.9], [0.3, 0.7], [0.95, 0.05]])
    labels = np.array([0, 0, 0, 1, 1, 1])
    which, suggested = confident_errors(probabilities, labels)
    # Picture 4 is of its label; 2 and 5 are not, and the class that is suggested is as sure as it usually is.
    assert which.tolist() == [2, 5] and suggested.tolist() == [1, 0]


def test_probabilities_are_of_classifiers_that_did_not_see_the_picture():
    """Labels at random cannot be learned: were the picture seen, its own label would be the likelier one."""
    rng = np.random.default_rng(0)
    features, labels = rng.standard_normal((600, 10)).astype(np.float32), rng.integers(0, 2, 600)
    probabilities = held_out_probabilities(features, labels, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert 0.4 < (probabilities.argmax(axis=1) == labels).mean() < 0.6
    clear = held_out_probabilities(features + 6 * labels[:, None].astype(np.float32), labels, 2)
    assert (clear.argmax(axis=1) == labels).mean() > 0.99


def test_what_is_left_out_is_said():
    pixels = np.random.default_rng(0).integers(0, 256, (60, 12, 12, 3)).astype(np.uint8)
    assert "no labels" in find_label_errors(Images(pixels)).left_out[0]
    assert "fewer than two classes" in find_label_errors(Images(pixels, np.zeros(60, int))).left_out[0]
    assert "fewer than two classes" in find_label_errors(Images(pixels[:1], np.zeros(1, int))).left_out[0]
    assert "fewer than two classes" in find_label_errors(Images(pixels, np.arange(60))).left_out[0]
    some = find_label_errors(Images(pixels, np.array([0] * 29 + [1] * 29 + [2, 3])))
    assert some.left_out == ("label errors in 2 classes with fewer than 10 images",) and (some.positions < 58).all()


def test_a_thousand_classes_of_few_pictures():
    rng = np.random.default_rng(0)
    true = np.concatenate([np.repeat(np.arange(100), 12), np.arange(100, 1000)])
    kinds = rng.integers(0, 256, (1000, 8, 8, 1))
    pixels = np.clip(kinds[true] + rng.integers(-5, 6, (len(true), 8, 8, 1)), 0, 255)
    given = true.copy()
    given[np.arange(0, 240, 12)] += 50
    errors = find_label_errors(Images(pixels, given, tuple(f"c{i}" for i in range(1000))))
    assert errors.left_out == ("label errors in 900 classes with fewer than 10 images",)
    assert set(errors.positions.tolist()) == set(range(0, 240, 12))
    np.testing.assert_array_equal(errors.suggested, true[errors.positions])
