"""Figures of an evaluation: by hand, and against scikit-learn and SciPy."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics

from cnnviz.core.errors import DataError, QualityGateError, UsageError
from cnnviz.reports.evaluation.bootstrap import exact_ends
from cnnviz.reports.evaluation.calibration import calibration
from cnnviz.reports.evaluation.confusion import confusion
from cnnviz.reports.evaluation.evaluate import evaluated
from cnnviz.reports.evaluation.mcnemar import mcnemar
from cnnviz.reports.evaluation.result import Evaluation
from cnnviz.reports.evaluation.temperature import log_probabilities, scaled

from .answers import LABELS, SHARES, answers, drawn


@pytest.fixture(scope="module")
def small() -> Evaluation:
    return evaluated(answers())


@pytest.fixture(scope="module")
def many() -> Evaluation:
    return evaluated(drawn(2_000, 7, seed=1, temperature=2.0))


def test_confusion_precision_recall_and_f1_by_hand(small: Evaluation) -> None:
    assert small.confusion.matrix.tolist() == [[2, 1, 0], [0, 2, 1], [1, 1, 0]]
    assert small.figures.accuracy.value == 4 / 8
    np.testing.assert_allclose(small.figures.precision.value, [2 / 3, 2 / 4, 0])
    np.testing.assert_allclose(small.figures.recall.value, [2 / 3, 2 / 3, 0])
    np.testing.assert_allclose(small.figures.f1.value, [2 / 3, 4 / 7, 0])
    assert small.figures.macro_f1.value == pytest.approx((2 / 3 + 4 / 7) / 3)
    assert small.confusion.shares("row")[0].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert small.confusion.shares("column")[:, 2].tolist() == [0, 1, 0]


def test_pairs_are_ranked_and_said_in_words(small: Evaluation) -> None:
    # All occur once; owls are the fewest, so half of them weighs more than a third of the others.
    words = [pair.words(small.model.class_names) for pair in small.confusion.pairs]
    assert words == [
        "1 of 2 images of owl is mistaken for cat",
        "1 of 2 images of owl is mistaken for dog",
        "1 of 3 images of cat is mistaken for dog",
        "1 of 3 images of dog is mistaken for owl",
    ]
    several = confusion(np.repeat([0, 1, 1], [98, 3, 2]), np.repeat([1, 0, 1], [98, 3, 2]), 2)
    assert several.pairs[0].words(("T-shirt", "Shirt")) == "98 of 98 images of T-shirt are mistaken for Shirt"


def test_loss_by_hand_stays_finite_where_the_true_class_got_nothing() -> None:
    result = evaluated(answers([[0.5, 0.5, 0.0], [0.25, 0.75, 0.0], [1.0, 0.0, 0.0]], [0, 1, 2]))
    np.testing.assert_allclose(result.losses, [np.log(2), -np.log(0.75), 103.278929], rtol=1e-6)
    assert result.loss.value == pytest.approx((np.log(2) - np.log(0.75) + 103.278929) / 3)


def test_the_loss_of_sigmoids_is_of_their_shares_as_keras_has_it() -> None:
    shares = [[1.0, 1.0, 1.0], [0.9, 0.3, 0.0], [0.0, 0.0, 0.0], [0.2, 0.1, 0.5]]
    result = evaluated(answers(shares, [0, 1, 2, 1]))
    np.testing.assert_allclose(result.losses, [np.log(3), np.log(4), np.log(3), np.log(8)], rtol=1e-6)
    import keras

    kinder = np.maximum(np.array(shares, np.float32), 1e-7)
    theirs = keras.losses.SparseCategoricalCrossentropy(reduction=None)(np.array([0, 1, 2, 1]), kinder)
    np.testing.assert_allclose(result.losses, np.asarray(theirs), rtol=1e-5)


def test_macro_f1_is_over_the_same_classes_in_every_drawing() -> None:
    """Two classes have pictures, and a third is called once: a drawing without that picture has it at 0."""
    random = np.random.default_rng(0)
    labels = np.repeat([0, 1], 60)
    said = np.where(random.random(120) < 0.9, labels, 1 - labels)
    said[0] = 2
    result = evaluated(answers(0.1 + 0.6 * np.eye(5)[said], labels.tolist(), ("a", "b", "c", "d", "e")), rounds=400)
    figures = result.figures
    assert figures.counted == 3 and figures.f1.value[2] == 0 and np.isnan(figures.f1.value[3:]).all()
    assert figures.macro_f1.value == pytest.approx(metrics.f1_score(labels, said, average="macro"))
    # The other two reach about 0.9 each, so two thirds of that is the most that there can be.
    assert figures.macro_f1.low < figures.macro_f1.value < figures.macro_f1.high < 2 / 3


def test_classes_of_few_pictures_do_not_drag_macro_f1_out_of_its_interval() -> None:
    """A drawing may miss all pictures of a class: that says nothing of the model."""
    labels = np.repeat(np.arange(40), 3)
    said = np.where(np.random.default_rng(0).random(120) < 0.9, labels, (labels + 1) % 40)
    names = tuple(f"class {i}" for i in range(40))
    macro = evaluated(answers(0.01 + 0.5 * np.eye(40)[said], labels.tolist(), names), rounds=400).figures.macro_f1
    assert macro.low < macro.value < macro.high


def test_figures_equal_those_of_scikit_learn(many: Evaluation) -> None:
    truth, said = many.labels, many.predicted
    np.testing.assert_array_equal(many.confusion.matrix, metrics.confusion_matrix(truth, said))
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(truth, said)
    np.testing.assert_allclose(many.figures.precision.value, precision)
    np.testing.assert_allclose(many.figures.recall.value, recall)
    np.testing.assert_allclose(many.figures.f1.value, f1)
    assert many.figures.macro_f1.value == pytest.approx(metrics.f1_score(truth, said, average="macro"))
    assert many.figures.accuracy.value == pytest.approx(metrics.accuracy_score(truth, said))
    shares = many.probabilities.astype(np.float64)
    shares /= shares.sum(axis=1, keepdims=True)
    assert many.loss.value == pytest.approx(metrics.log_loss(truth, shares), rel=1e-6)


def test_calibration_by_hand() -> None:
    # Four bins: (0.25, 0.5] has 0.5, right; (0.5, 0.75] has 0.6 and 0.7, one right; (0.75, 1] has 0.8 and 1.0, wrong.
    found = calibration(np.array([0.5, 0.6, 0.7, 0.8, 1.0]), np.array([True, False, True, False, False]), bins=4)
    assert found.count.tolist() == [0, 1, 2, 2]
    np.testing.assert_allclose(found.confidence, [np.nan, 0.5, 0.65, 0.9])
    np.testing.assert_allclose(found.accuracy, [np.nan, 1, 0.5, 0])
    assert found.error == pytest.approx((1 * 0.5 + 2 * 0.15 + 2 * 0.9) / 5)
    assert found.largest == pytest.approx(0.9)
    assert found.excess == pytest.approx((0.5 + 0.6 + 0.7 + 0.8 + 1.0) / 5 - 2 / 5)
    assert found.edges.tolist() == [0, 0.25, 0.5, 0.75, 1]


def test_a_calibrated_model_has_a_small_error_and_a_sure_one_a_large_one() -> None:
    calm, loud = (evaluated(drawn(20_000, 5, seed=3, temperature=t)).calibration for t in (1.0, 3.0))
    assert calm.error < 0.012 < 0.1 < loud.error
    assert abs(calm.excess) < 0.01 and loud.excess == pytest.approx(loud.error, abs=0.002)


@pytest.mark.parametrize(("k", "n"), [(0, 10), (10, 10), (3, 8), (1, 1)])
def test_exact_bounds_equal_those_of_scipy(k: int, n: int) -> None:
    ends = binomtest(k, n).proportion_ci(0.95, method="exact")
    np.testing.assert_allclose(exact_ends(k, n), [ends.low, ends.high], rtol=1e-9, atol=1e-12)


class TestMcNemar:
    def test_by_hand_with_the_continuity_correction(self) -> None:
        # 59 and 6 of 200 pictures, as in the textbook's form: (|59 - 6| - 1)² / 65 = 41.6.
        first, second = np.zeros(200, bool), np.zeros(200, bool)
        first[:59] = second[59:65] = True
        found = mcnemar(first, second)
        assert (found.only_first, found.only_second, found.exact) == (59, 6, False)
        assert found.statistic == pytest.approx(41.6) and found.p == pytest.approx(1.1212e-10, rel=1e-3)

    def test_few_that_differ_are_tested_exactly(self) -> None:
        first, second = np.zeros(30, bool), np.zeros(30, bool)
        first[:7] = second[7:8] = True
        found = mcnemar(first, second)
        # (1 + 8) of 2⁸ outcomes on either side.
        assert found.exact and found.statistic == 1 and found.p == pytest.approx(2 * 9 / 256)
        assert found.p == pytest.approx(binomtest(1, 8, 0.5).pvalue)

    def test_models_that_never_differ_do_not_differ(self) -> None:
        same = np.array([True, False, True])
        assert mcnemar(same, same).p == 1.0
        balanced = np.arange(60) < 30
        assert mcnemar(balanced, ~balanced).p == 1.0, "the correction does not go past no difference"


def test_scaling_by_a_temperature_by_hand() -> None:
    # softmax(log 8, log 1) at temperature 3 is softmax(log 2, 0).
    logs = log_probabilities(np.array([[8 / 9, 1 / 9]]))
    np.testing.assert_allclose(np.exp(scaled(logs, 3.0)), [[2 / 3, 1 / 3]])
    np.testing.assert_allclose(scaled(logs, 1.0), logs)


def test_two_models_by_hand() -> None:
    better = np.eye(3)[LABELS] * 0.9 + 0.03
    better[2] = [0.1, 0.8, 0.1]
    both = evaluated(answers(model="one"), answers(better, model="two"))
    assert both.mcnemar is not None and both.difference is not None and both.other is not None
    assert (both.mcnemar.only_first, both.mcnemar.only_second) == (0, 3)
    assert both.difference.value == pytest.approx(7 / 8 - 4 / 8)
    assert both.mcnemar.p == pytest.approx(2 / 8)
    assert "no significant difference (McNemar's test, exact binomial, p = 0.250)" in both.findings[-1]
    assert repr(both).startswith("Evaluation('one' against 'two' on 8 images of 'array': 50.00% right")


def test_pictures_that_are_shown(small: Evaluation) -> None:
    assert small.worst.tolist() == [6, 5, 2, 7], "wrong ones, the surest first"
    assert small.least_sure.tolist() == [4, 1, 0, 3], "right ones, the least sure first"
    assert small.at_random.tolist() == list(range(8))
    some = evaluated(drawn(500, 3, seed=0))
    assert len(some.at_random) == 25 == len(set(some.at_random.tolist()))
    assert some.at_random.tolist() == evaluated(drawn(500, 3, seed=0)).at_random.tolist()
    assert some.at_random.tolist() != evaluated(drawn(500, 3, seed=0), seed=1).at_random.tolist()


def test_document_and_table_say_the_same(small: Evaluation, tmp_path) -> None:
    held = json.loads(small.to_json())
    assert held == json.loads(small.save(tmp_path / "e.json").read_text(encoding="utf-8"))
    assert held["accuracy"]["value"] == 0.5 and held["confusion"][0] == [0, 0, 2]
    assert held["worst"][0] == {
        "number": 6,
        "name": None,
        "label": "owl",
        "predicted": "cat",
        "probability": 0.95,
        "right": False,
    }
    assert sum(row["pictures"] for row in held["calibration"]["bins"]) == 8
    assert held["temperature"] is None and "too few" in held["temperature_left_out"]
    with small.save(tmp_path / "e.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["class"] for row in rows] == ["cat", "dog", "owl"]
    assert float(rows[1]["f1"]) == pytest.approx(4 / 7, abs=1e-6)
    with pytest.raises(UsageError, match=r"saved as \.npz, \.json or \.csv"):
        small.save(tmp_path / "e.txt")


def test_a_class_without_pictures_has_no_recall_and_breaks_nothing(tmp_path) -> None:
    two = evaluated(answers([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0]], [0, 1]))
    assert np.isnan(two.figures.recall.value[2]) and np.isnan(two.figures.f1.ends[:, 2]).all()
    # Its mean is bounded as its parts are: one of one is at least 2.5 %.
    assert two.figures.macro_f1 == pytest.approx((1.0, 0.025, 1.0))
    # Two of two right says little, which the exact bounds say.
    assert two.figures.accuracy.low == pytest.approx(0.025**0.5)
    row = json.loads(two.to_json())["classes"][2]
    assert row["recall"] is None and row["pictures"] == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (answers(labels=None), "has no labels"),
        (replace(answers(), model=replace(answers().model, class_names=("a", "b", "c"))), "of other classes"),
        (answers().take([]), "no images"),
    ],
)
def test_what_cannot_be_evaluated_is_said_in_one_line(said, words: str) -> None:
    with pytest.raises(DataError, match=words) as error:
        evaluated(said)
    assert "\n" not in str(error.value)


def test_one_picture_tells_no_interval_of_its_loss_and_of_the_difference() -> None:
    one = evaluated(answers(SHARES[:1], LABELS[:1]), answers([[0.1, 0.8, 0.1]], LABELS[:1], model="n"))
    assert one.loss.value == pytest.approx(-np.log(0.8)) and np.isnan(one.loss.low) and np.isnan(one.difference.high)
    first, *_, scaling, verdict = one.findings
    assert "accuracy 100.00 % on 1 image of array" in first and "; cross-entropy 0.223, macro" in first
    assert "1 image is too few" in scaling
    assert "100.00 points lower; it alone is right on 0 images, m alone on 1:" in verdict
    assert json.loads(one.to_json())["loss"]["low"] is None


def test_a_temperature_at_the_end_of_its_range_is_none() -> None:
    wrong = evaluated(answers([[0.99, 0.005, 0.005]] * 60, [1] * 60))
    assert wrong.scaling == "the best temperature would be above 50"
    assert wrong.findings[-1] == "No temperature fitted: the best temperature would be above 50."


def test_two_models_on_other_pictures_are_refused() -> None:
    with pytest.raises(UsageError, match="given 8 and 3 images"):
        evaluated(answers(), answers(SHARES[:3], LABELS[:3]))


def test_an_accuracy_below_the_minimum_is_an_error_that_names_both(small: Evaluation) -> None:
    small.check_accuracy(0.5)
    with pytest.raises(
        QualityGateError, match=r"m: accuracy 50\.00 % \(4 of 8 images\) is below the minimum of 62\.5 %"
    ):
        small.check_accuracy(0.625)
    gates = [small.summary_document(minimum)["gate"] for minimum in (None, 0.5, 0.51)]
    assert gates == [None, {"min_accuracy": 0.5, "passed": True}, {"min_accuracy": 0.51, "passed": False}]


def test_the_summary_has_the_figures_of_the_whole_document(small: Evaluation) -> None:
    summary, whole = small.summary_document(), small.document()
    assert summary["expected_calibration_error"] == whole["calibration"]["expected_error"]
    rest = {name: value for name, value in summary.items() if name not in ("gate", "expected_calibration_error")}
    assert rest and rest == {name: whole[name] for name in rest}
