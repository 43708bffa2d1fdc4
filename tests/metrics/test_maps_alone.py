"""Metrics that need no network, imputation, and likeness, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.metrics.entropy import Entropy
from cnnviz.metrics.gini import Gini
from cnnviz.metrics.imputation import imputed
from cnnviz.metrics.random_subsets import correlations, rank_correlations
from cnnviz.metrics.randomization import likeness

from .linear import SIDE, case_of, drawn

PIXELS = SIDE * SIDE


def measured(metric: object, values: np.ndarray) -> float:
    weights, pixels = drawn(1)
    return float(metric(case_of(values.reshape(1, SIDE, SIDE), weights, pixels)).values[0])  # type: ignore[operator]


def test_concentration_by_hand() -> None:
    one, flat = np.zeros(PIXELS), np.ones(PIXELS)
    one[7] = -3.0
    assert measured(Entropy(), one) == pytest.approx(0) and measured(Gini(), one) == pytest.approx(1 - 1 / PIXELS)
    assert measured(Entropy(), flat) == pytest.approx(np.log(PIXELS)) and measured(Gini(), flat) == pytest.approx(0)
    half = np.where(np.arange(PIXELS) < PIXELS // 2, 1.0, 0.0)
    assert measured(Entropy(), half) == pytest.approx(np.log(PIXELS / 2)) and measured(Gini(), half) == pytest.approx(
        0.5
    )
    assert np.isnan(measured(Entropy(), 0 * flat)) and np.isnan(measured(Gini(), 0 * flat))


def test_a_hole_is_the_weighted_mean_of_its_neighbors() -> None:
    image = np.arange(9.0).reshape(3, 3, 1)
    hole = np.zeros((3, 3), bool)
    hole[1, 1] = True
    found = imputed(image, hole, 0.0, np.random.default_rng(0))
    assert found[1, 1, 0] == pytest.approx((1 + 3 + 5 + 7) / 6 + (0 + 2 + 6 + 8) / 12)
    assert (found[~hole] == image[~hole]).all() and image[1, 1, 0] == 4


def test_a_hole_in_one_color_is_that_color() -> None:
    image = np.full((9, 9, 3), (0.1, 0.5, 0.9))
    hole = np.zeros((9, 9), bool)
    hole[2:6, :5] = True
    torn = np.where(hole[..., None], 7.0, image)
    assert imputed(torn, hole, 0.0, np.random.default_rng(0)) == pytest.approx(image)


def test_everything_or_nothing_removed() -> None:
    image = np.random.default_rng(0).random((5, 4, 2))
    assert imputed(image, np.zeros((5, 4), bool), 0.5, np.random.default_rng(0)) is image
    whole = imputed(image, np.ones((5, 4), bool), 0.0, np.random.default_rng(0))
    assert whole == pytest.approx(np.broadcast_to(image.mean(axis=(0, 1)), image.shape))


def test_correlations_are_scipys() -> None:
    from scipy.stats import pearsonr, spearmanr

    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 5, (4, 30)).astype(float), rng.integers(0, 5, (4, 30)).astype(float)
    assert correlations(a, b) == pytest.approx([pearsonr(x, y)[0] for x, y in zip(a, b, strict=True)])
    assert rank_correlations(a, b) == pytest.approx([spearmanr(x, y)[0] for x, y in zip(a, b, strict=True)])
    assert np.isnan(correlations(0 * a, b)).all()


def test_likeness_of_the_same_map_is_one() -> None:
    maps = np.random.default_rng(0).random((2, 9, 9)).astype(np.float32)
    for how in ("rank", "ssim"):
        assert likeness(maps, maps, how) == pytest.approx(1)  # type: ignore[arg-type]
        assert np.isnan(likeness(maps, 0 * maps, how)).all()  # type: ignore[arg-type]
    assert likeness(maps, -maps, "rank") == pytest.approx(-1)
