"""Scores of maps against a known answer, by hand and by their definition."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.metrics.found_share import mass, pointing, precision, strength

TRUTH = np.array([[[True, True], [False, False]]])


def maps(*values: float) -> np.ndarray:
    return np.array(values, float).reshape(1, 2, 2)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ((4, 3, 2, 1), 1.0),
        ((1, 2, 3, 4), 0.0),
        ((4, 1, 3, 2), 0.5),
        ((0, 0, 0, 0), 0.5),
        # One of three equal pixels is taken beside the strongest, and one of the three is right.
        ((4, 1, 1, 1), (1 + 1 / 3) / 2),
    ],
)
def test_precision_by_hand(values: tuple[float, ...], found: float) -> None:
    assert precision(maps(*values), TRUTH)[0] == pytest.approx(found)


@given(st.lists(st.integers(0, 2), min_size=5, max_size=5), st.lists(st.booleans(), min_size=5, max_size=5))
def test_precision_is_the_mean_over_orders_of_ties(values: list[int], truth: list[bool]) -> None:
    if not any(truth):
        truth[0] = True
    size, each = sum(truth), []
    for order in permutations(range(5)):
        first = sorted(order, key=lambda i: -values[i])[:size]
        each.append(np.mean([truth[i] for i in first]))
    found = precision(np.array(values, float).reshape(1, 1, 5), np.array(truth).reshape(1, 1, 5))[0]
    assert found == pytest.approx(np.mean(each))


def test_mass_and_pointing_by_hand() -> None:
    assert mass(maps(1, 2, 3, 4), TRUTH)[0] == pytest.approx(0.3)
    assert mass(maps(0, 0, 0, 0), TRUTH)[0] == pytest.approx(0.5)
    assert pointing(maps(5, 0, 5, 0), TRUTH)[0] == pytest.approx(0.5)
    assert pointing(maps(0, 9, 5, 0), TRUTH)[0] == 1


def test_strength_counts_positive_relevance_or_magnitude() -> None:
    values = maps(-3, 1, 0, 2)
    assert strength(values, (2, 2), signed=True).ravel().tolist() == [0, 1, 0, 2]
    assert strength(values, (2, 2), signed=False).ravel().tolist() == [3, 1, 0, 2]
    assert strength(values, (4, 4), signed=False).shape == (1, 4, 4)
