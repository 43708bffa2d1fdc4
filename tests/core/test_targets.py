"""Targets by hand, and what is said of them."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.core.errors import UsageError
from cnnviz.core.targets import PREDICTED, Contrast, OneClass, PerImageClass, Ranked, Weighted, words_of

LOGITS = np.array([[1.0, 5.0, 3.0], [7.0, 2.0, 2.0]], np.float32)
NAMES = ("Shirt", "Coat", "Bag")


def test_weights_and_scores() -> None:
    assert PREDICTED.weights(LOGITS).tolist() == [[0, 1, 0], [1, 0, 0]]
    assert PREDICTED.scores(LOGITS).tolist() == [5, 7]
    # Of two equal logits the first comes first.
    assert Ranked(1).weights(LOGITS).tolist() == [[0, 0, 1], [0, 1, 0]]
    assert OneClass(2).scores(LOGITS).tolist() == [3, 2]
    assert PerImageClass(np.array([0, 2])).scores(LOGITS).tolist() == [1, 2]
    contrast = Contrast(OneClass(1), PREDICTED)
    assert contrast.weights(LOGITS).tolist() == [[0, 0, 0], [-1, 1, 0]]
    assert contrast.scores(LOGITS).tolist() == [0, -5]
    assert contrast.classes(LOGITS).tolist() == [1, 1]


def test_only_targets_that_depend_on_the_answer_ask_first() -> None:
    assert PREDICTED.asks_first and Contrast(OneClass(0), Ranked(1)).asks_first
    assert not OneClass(0).asks_first and not Contrast(OneClass(0), OneClass(1)).asks_first


def test_parts_and_copies() -> None:
    assert PerImageClass(np.array([0, 2, 1])).take(slice(1, 3)).weights(LOGITS).tolist() == [[0, 0, 1], [0, 1, 0]]
    given = Weighted(np.array([[1, 0, 0], [0, 1, 0]], np.float32))
    assert given.repeated(2).given.tolist() == [[1, 0, 0], [0, 1, 0]] * 2


def test_words() -> None:
    assert words_of(Contrast(OneClass(0), OneClass(1)), NAMES) == "Shirt − Coat"
    assert words_of(lambda z: z[:, 0], NAMES) == "a function of logits"


def test_a_rank_beyond_the_classes() -> None:
    with pytest.raises(UsageError, match="rank 4: the model has 3"):
        Ranked(3).weights(LOGITS)
