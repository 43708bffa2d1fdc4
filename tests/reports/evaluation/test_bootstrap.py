"""Intervals hold what they promise, and a temperature is found where it is known."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.reports.evaluation.bootstrap import ends, mean_estimate, resampled_counts, resampled_means
from cnnviz.reports.evaluation.confusion import confusion
from cnnviz.reports.evaluation.evaluate import evaluated
from cnnviz.reports.evaluation.per_class import figures
from cnnviz.reports.evaluation.temperature import TemperatureScaling

from .answers import answers, drawn


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """300 sets of 250 pictures by a classifier whose accuracy, precision and recall are known."""
    chances = np.array([[0.40, 0.10], [0.05, 0.45]])
    accuracy, recall, precision = 0.85, 0.40 / 0.50, 0.45 / 0.55
    random = np.random.default_rng(11)
    held = np.zeros(4)
    for _ in range(300):
        cells = random.choice(4, 250, p=chances.ravel())
        found = figures(confusion(cells // 2, cells % 2, 2), 300, 0.9, random)
        loss = mean_estimate(random.exponential(2.0, 250), 300, 0.9, random)
        truths = [(found.accuracy, accuracy), (found.recall[0], recall), (found.precision[1], precision), (loss, 2.0)]
        held += [one.low <= true <= one.high for one, true in truths]
    # Of 300 at 90 %, all but one in ten thousand outcomes lie within 84 and 96 %; percentiles fall a little short.
    assert (held / 300 > 0.84).all() and (held / 300 < 0.96).all(), held / 300


def test_a_wider_level_gives_a_wider_interval_and_more_pictures_a_narrower_one() -> None:
    few, many = drawn(300, 4, seed=2), drawn(4_800, 4, seed=2)
    widths = []
    for said, level in ((few, 0.95), (few, 0.5), (many, 0.95)):
        one = evaluated(said, level=level).figures.accuracy
        assert one.low < one.value < one.high
        widths.append(one.high - one.low)
    assert widths[1] < 0.5 * widths[0]
    # Sixteen times the pictures: a quarter of the width.
    assert widths[2] == pytest.approx(widths[0] / 4, rel=0.2)


def test_the_same_seed_gives_the_same_intervals() -> None:
    said = drawn(400, 4, seed=5)
    first, same, other = (evaluated(said, seed=seed) for seed in (3, 3, 4))
    assert first.figures.accuracy == same.figures.accuracy and first.loss == same.loss
    assert first.loss != other.loss
    np.testing.assert_array_equal(first.figures.f1.ends, same.figures.f1.ends)
    # What is asked for first has no bearing on the rest.
    again = evaluated(said, seed=3)
    assert again.scaling == first.scaling and again.loss == first.loss


def test_counts_and_means_are_those_of_pictures_drawn_anew() -> None:
    random = np.random.default_rng(0)
    counts = np.concatenate(list(resampled_counts(np.array([20, 60, 20]), 4_000, random)))
    assert (counts.sum(axis=1) == 100).all()
    np.testing.assert_allclose(counts.mean(axis=0), [20, 60, 20], atol=0.5)
    np.testing.assert_allclose(counts.var(axis=0), [16, 24, 16], rtol=0.1)
    values = np.array([0.0, 1.0] * 50)
    assert resampled_means(values, 4_000, random).std() == pytest.approx(0.05, rel=0.1)


def test_rounds_without_a_value_do_not_count() -> None:
    samples = np.array([[1.0, np.nan], [2.0, np.nan], [np.nan, np.nan], [3.0, np.nan]])
    found = ends(samples, 0.5)
    assert found[:, 0].tolist() == [1.5, 2.5] and np.isnan(found[:, 1]).all()


def test_many_classes_stay_quick_and_right() -> None:
    said = drawn(3_000, 400, seed=6)
    result = evaluated(said, rounds=200)
    shares = result.figures.recall
    assert result.confusion.matrix.sum() == 3_000
    known = ~np.isnan(shares.value)
    assert (shares.ends[0, known] <= shares.value[known]).all() and (shares.value[known] <= shares.ends[1, known]).all()


class TestTemperature:
    @pytest.mark.parametrize("true", [0.5, 1.0, 2.5])
    def test_it_finds_the_known_one(self, true: float) -> None:
        found = evaluated(drawn(8_000, 6, seed=4, temperature=true)).scaling
        assert isinstance(found, TemperatureScaling)
        assert found.temperature == pytest.approx(true, rel=0.06)
        assert found.fitted_on == found.measured_on == 4_000

    def test_it_lowers_loss_and_error_of_an_over_confident_model(self) -> None:
        found = evaluated(drawn(6_000, 6, seed=9, temperature=3.0)).scaling
        assert isinstance(found, TemperatureScaling)
        assert found.loss[1] < 0.8 * found.loss[0] and found.error[1] < 0.25 * found.error[0]

    def test_nothing_is_applied(self) -> None:
        said = drawn(400, 3, seed=9, temperature=3.0)
        result = evaluated(said)
        before = result.probabilities.copy()
        assert "not applied here" in result.findings[-1]
        np.testing.assert_array_equal(result.probabilities, before)
        np.testing.assert_array_equal(result.probabilities, said.probabilities)

    def test_sigmoids_and_faultless_models_have_none(self) -> None:
        sigmoids = evaluated(answers(np.tile([[0.9, 0.8, 0.1], [0.2, 0.9, 0.1]], (40, 1)), [0, 1] * 40))
        assert "do not add up to 1" in str(sigmoids.scaling)
        perfect = evaluated(answers(np.tile([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1]], (40, 1)), [0, 1] * 40))
        assert "no mistake" in str(perfect.scaling)
        assert "No temperature fitted" in perfect.findings[-1]
