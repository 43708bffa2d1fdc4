"""Numbers of filters on arrays that can be worked out by hand, and identities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.features.filters.channel_correlation import CorrelationAccumulator
from cnnviz.features.filters.class_selectivity import selectivities
from cnnviz.features.filters.kernel_entropy import entropies, highest_entropy
from cnnviz.features.filters.kernel_norm import norms
from cnnviz.features.filters.shuffle_test import shuffle_test
from cnnviz.features.filters.twins import nearest_twins


def stacked(*kernels: list) -> np.ndarray:
    """(height, width, inputs, channels) of kernels (height, width) on one input."""
    return np.stack([np.array(kernel, np.float32)[:, :, None] for kernel in kernels], axis=-1)


def test_norms_by_hand() -> None:
    np.testing.assert_allclose(norms(stacked([[3, 0], [0, -4]], [[1, 1], [1, 1]], [[0, 0], [0, 0]])), [5, 2, 0])


def test_entropy_of_an_even_kernel_is_log2_of_its_size_and_of_a_single_weight_zero() -> None:
    kernel = stacked([[1, -1], [1, -1]], [[0, 7], [0, 0]], [[1, 1], [0, 2]], [[0, 0], [0, 0]])
    np.testing.assert_allclose(entropies(kernel), [2, 0, 1.5, np.nan])
    assert highest_entropy(kernel) == 2


def test_selectivity_by_hand() -> None:
    nan = np.nan
    profile = np.array([[6, 2, 0, -1, 0], [0, 2, 0, 3, 4], [nan] * 5, [0, 2, 0, 0, 2]], np.float32)
    # (6 − 0)/(6 + 0); (2 − 2)/4; never answers; negative; (4 − 1)/(4 + 1).
    np.testing.assert_allclose(selectivities(profile), [1, 0, nan, nan, 0.6])
    assert np.isnan(selectivities(profile[:1])).all(), "one class alone is no preference"


@given(st.lists(st.integers(0, 39), max_size=4), st.integers(0, 2**31))
def test_correlations_are_those_of_numpy_however_batches_fall(cuts, seed) -> None:
    random = np.random.default_rng(seed)
    means = random.normal(1000, 1, (40, 5))
    means[:, 3] = 7 - 2 * means[:, 1]
    means[:, 4] = 1 / 3
    held = CorrelationAccumulator(5)
    for part in np.split(means, sorted(cuts)):
        if len(part):
            held.add(part)
    made = held.correlations()
    np.testing.assert_allclose(made[:4, :4], np.corrcoef(means[:, :4].T), atol=1e-9)
    assert np.isnan(made[4]).all() and np.isnan(made[:, 4]).all()


def test_the_twin_of_a_copy_is_what_it_was_copied_from() -> None:
    random = np.random.default_rng(0)
    kernel = random.normal(size=(3, 3, 4, 6))
    kernel[..., 5] = 2 * kernel[..., 1]
    means = random.normal(size=(50, 6))
    means[:, 5] = 2 * means[:, 1]
    found = nearest_twins(kernel, np.corrcoef(means.T))
    assert (found.twin[1], found.twin[5]) == (5, 1)
    np.testing.assert_allclose([found.cosine[5], found.correlation[5], found.cosine[1]], 1)
    assert found.pairs() == [(1, 5)] and all(type(i) is int for i in found.pairs()[0])


def test_twins_must_be_alike_in_both_and_the_dead_have_but_their_kernels() -> None:
    kernel = stacked([[1, 0], [0, 0]], [[1, 0.1], [0, 0]], [[0, 1], [0, 0]], [[0, 1], [0, 0.1]], [[0, 0], [0, 0]])
    correlations = np.eye(5)
    correlations[0, 1] = correlations[1, 0] = 0.2
    correlations[0, 2] = correlations[2, 0] = 0.99
    correlations[3] = correlations[:, 3] = correlations[4] = correlations[:, 4] = np.nan
    found = nearest_twins(kernel, correlations)
    # As near as the lesser of cosine and correlation: 0 and 1 by 0.2, 0 and 2 by a cosine of 0. No living filter has a
    # dead one for its twin: 2 has 0 and not 3, whose kernel is nearer.
    assert found.twin.tolist() == [1, 0, 0, 2, -1]
    assert found.pairs() == [] and np.isnan(found.correlation[3]) and found.cosine[3] > 0.99
    assert nearest_twins(kernel[..., :1], np.eye(1)).twin.tolist() == [-1]


def test_smoothness_is_morans_i_by_hand() -> None:
    # Centred: [[1, 1], [-1, -1]]: two pairs of +1 and two of −1. [[1, -1], [-1, 1]]: four of −1, I = 4/4 · −4/4.
    found = shuffle_test(stacked([[2, 2], [0, 0]], [[1, -1], [-1, 1]], [[5, 5], [5, 5]]), shuffles=99)
    np.testing.assert_allclose(found.value, [0, -1, np.nan], atol=1e-12)
    assert found.measure == "smoothness" and found.places == 4 and np.isnan(found.p[2])


def test_a_smooth_kernel_and_a_checkerboard_are_told_from_shuffled_ones_and_noise_is_not() -> None:
    rows, columns = np.mgrid[:9, :9]
    noise = np.random.default_rng(3).normal(size=(9, 9))
    found = shuffle_test(stacked(rows + columns, (-1.0) ** (rows + columns), noise))
    assert found.p[0] == found.p[1] == 0.001 and found.p[2] > 0.05
    assert found.value[0] > 0.5 and found.value[1] < -0.9
    assert found.null[2, 0] < found.value[2] < found.null[2, 2]
    assert found.like_shuffled.tolist() == [False, False, True] and found.by_chance == pytest.approx(0.15)


@pytest.mark.parametrize("shape", [(3, 3, 6, 400), (5, 5, 1, 400), (1, 1, 30, 400)])
def test_p_values_of_random_kernels_are_uniform(shape) -> None:
    kernel = np.random.default_rng(11).normal(size=shape)
    found = shuffle_test(kernel, seed=4, shuffles=199)
    assert found.measure == ("smoothness" if shape[0] > 1 else "direction")
    # Kolmogorov–Smirnov: the largest distance from uniform stays below 1.63/√n in 99 of 100 cases.
    ranks = np.sort(found.p)
    distance = np.abs(ranks - np.arange(1, 401) / 400).max()
    assert distance < 1.63 / 20 + 1 / 200, distance
    assert abs((found.p < 0.05).mean() - 0.05) < 0.035


def test_filters_that_share_directions_are_told_from_shuffled_ones() -> None:
    random = np.random.default_rng(2)
    alone = np.outer(random.normal(size=40), np.ones(16)) + 0.5 * random.normal(size=(40, 16))
    found = shuffle_test(alone[None, None])
    assert (found.p == 0.001).all() and (found.value > 0.5).all()


def test_the_same_seed_gives_the_same_numbers_and_too_little_is_not_tested() -> None:
    kernel = np.random.default_rng(0).normal(size=(3, 3, 2, 5))
    one, two, other = (shuffle_test(kernel, seed=seed, shuffles=99) for seed in (1, 1, 2))
    assert one.p.tobytes() == two.p.tobytes() != other.p.tobytes()
    for small in (np.ones((1, 1, 3, 8)), np.ones((1, 1, 50, 3)), np.ones((1, 3, 1, 8))):
        found = shuffle_test(small)
        assert found.measure == "" and np.isnan(found.p).all() and found.by_chance == 0
