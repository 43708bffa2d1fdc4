"""Sign-flip tests against enumeration by hand, and Holm's correction against its definition."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnnviz.core.paired_test import holm, sign_flip_test


@pytest.mark.parametrize(
    ("differences", "p"), [((1.0,), 1.0), ((1, 2, 3), 2 / 8), ((1, 1, 1, 1), 2 / 16), ((1, -1), 1.0), ((0, 0), 1.0)]
)
def test_by_hand(differences: tuple[float, ...], p: float) -> None:
    assert sign_flip_test(np.array(differences)) == pytest.approx(p)


@given(arrays(np.float64, 7, elements=st.integers(-5, 5)))
def test_all_sign_changes(values: np.ndarray) -> None:
    sums = [
        abs(sum(sign * value for sign, value in zip(signs, values, strict=True)))
        for signs in product((1, -1), repeat=7)
    ]
    wanted = np.mean([one >= abs(values.sum()) - 1e-9 for one in sums])
    assert sign_flip_test(values) == pytest.approx(wanted)
    assert sign_flip_test(-values) == sign_flip_test(values)


def test_random_sign_changes_agree_with_all_of_them() -> None:
    values = np.random.default_rng(3).normal(0.4, 1, 13)
    assert sign_flip_test(values) == pytest.approx(sign_flip_test(values, rounds=10_000_000), abs=0.02)


def test_p_values_of_no_difference_are_uniform() -> None:
    random = np.random.default_rng(5)
    found = np.array([sign_flip_test(random.normal(size=30), rounds=199) for _ in range(400)])
    assert (found <= 0.05).mean() == pytest.approx(0.05, abs=0.03)


def test_holm_by_hand() -> None:
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_only_raises_and_keeps_the_order(p: list[float]) -> None:
    corrected = holm(np.array(p))
    assert (corrected >= np.array(p) - 1e-12).all() and (corrected <= 1).all()
    assert (np.diff(corrected[np.argsort(p, kind="stable")]) >= -1e-12).all()
