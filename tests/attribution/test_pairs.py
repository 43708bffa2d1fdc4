"""Which pictures tell two classes apart, by hand and with the bundled model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.confused_pairs import ConfusedPairs, choose_pairs, confused_pairs
from cnnviz.core.errors import DataError, UnknownNameError, UsageError
from cnnviz.features.predictions import Predictions, predict


@pytest.fixture(scope="module")
def answers() -> Predictions:
    """Eight pictures of classes 0 and 1 of three, with probabilities that are easy to rank."""
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 2])
    shares = np.array(
        [
            [0.9, 0.1, 0.0],
            [0.6, 0.3, 0.1],
            [0.2, 0.8, 0.0],  # 0 taken for 1
            [0.1, 0.7, 0.2],  # 0 taken for 1, less surely
            [0.1, 0.9, 0.0],
            [0.1, 0.9, 0.0],  # as sure as the one before
            [0.7, 0.2, 0.1],  # 1 taken for 0
            [0.8, 0.1, 0.1],  # another class altogether
        ],
        np.float32,
    )
    names = ("shirt", "coat", "bag")
    images = cnnviz.Images(np.zeros((8, 4, 4), np.uint8), labels, names)
    card = replace(cnnviz.open_model("fmnist-cnn").card, class_names=names)
    return Predictions(images, card, shares)


def test_rows_go_from_the_surest_down_and_ties_keep_their_order(answers):
    chosen = choose_pairs(answers, 0, 1)
    assert chosen.strongest == ((0, 4), (1, 5))
    assert chosen.confused == ((2, 6), (3, None))
    assert chosen.positions == [0, 4, 1, 5, 2, 6, 3]


def test_the_other_way_round_the_sides_are_swapped(answers):
    chosen = choose_pairs(answers, 1, 0, count=1)
    assert (chosen.strongest, chosen.confused) == (((4, 0),), ((6, 2),))


def test_places_within_a_part_of_the_set(answers):
    chosen = choose_pairs(answers, 0, 1)
    moved = chosen.within(chosen.positions)
    assert moved.positions == list(range(7))
    assert moved.confused == ((4, 5), (6, None))
    assert chosen.within([0, 2]).strongest == ((0, None), (None, None))


def test_what_cannot_be_paired_is_said(answers):
    with pytest.raises(UsageError, match="name two"):
        choose_pairs(answers, 1, 1)
    with pytest.raises(UsageError, match="no image of coat or bag is predicted as either"):
        choose_pairs(answers.take([0, 7]), 1, 2)
    bare = replace(answers, images=cnnviz.Images(answers.images.pixels))
    with pytest.raises(DataError, match="give labeled images"):
        choose_pairs(bare, 0, 1)


def test_pairs_of_the_bundled_model_explain_both_classes(sample_size=300):
    probe = cnnviz.open_model("fmnist-cnn")
    images = cnnviz.open_images("sample")[:sample_size]
    found = confused_pairs(probe, images, "shirt", "t-shirt", ["grad-cam", "saliency"], count=2)
    assert isinstance(found, ConfusedPairs)
    assert (found.a, found.b, found.among) == (6, 0, sample_size)
    assert [(one.how.method, one.how.target) for one in found.attributions] == [
        ("grad-cam", "Shirt"),
        ("grad-cam", "T-shirt/top"),
        ("saliency", "Shirt"),
        ("saliency", "T-shirt/top"),
    ]
    whole = predict(probe, images)
    for (a, b), true in zip(found.chosen.strongest, [(6, 0)] * 2, strict=False):
        assert (found.images.labels[a], found.images.labels[b]) == true
        assert (found.predicted[a], found.predicted[b]) == true
    first = found.chosen.strongest[0][0]
    shirts = (images.labels == 6) & (whole.predicted == 6)
    assert found.probabilities[first, 6] == whole.probabilities[shirts, 6].max()
    for a, b in found.chosen.confused:
        assert a is None or (found.images.labels[a], found.predicted[a]) == (6, 0)
        assert b is None or (found.images.labels[b], found.predicted[b]) == (0, 6)
    logits = probe.logits(found.images)
    np.testing.assert_allclose(found[0].scores, logits[:, 6], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found[1].scores, logits[:, 0], rtol=1e-5, atol=1e-5)


def test_an_unknown_class_lists_the_known_ones():
    with pytest.raises(UnknownNameError, match="Shirt"):
        confused_pairs("fmnist-cnn", cnnviz.open_images("sample")[:5], "shirtt", "coat")
