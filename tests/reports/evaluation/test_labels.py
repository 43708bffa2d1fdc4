"""Evaluation with several labels per image."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import layers

import cnnviz
from cnnviz.core.errors import DataError, UsageError
from cnnviz.reports.evaluation.label_figures import average_precision

PIXELS = np.random.default_rng(0).integers(0, 256, (40, 12, 12, 3), dtype=np.uint8)
LABELS = np.random.default_rng(1).integers(0, 2, (40, 4))


def tagger(activation: str | None = "sigmoid") -> keras.Model:
    keras.utils.set_random_seed(0)
    start = keras.Input((12, 12, 3))
    row = layers.Flatten()(layers.Conv2D(4, 3, activation="relu")(start))
    return keras.Model(start, layers.Dense(4, activation)(row), name="tagger")


def test_by_hand() -> None:
    # Thresholds .9 (P 1, R ½), .8 (P ½), .7 (P ⅔, R 1): ½·1 + 0 + ½·⅔.
    assert average_precision(np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.1])) == pytest.approx(0.5 + 1 / 3)
    # Equal scores count together: one threshold with P ½ and R 1.
    assert average_precision(np.array([1, 0]), np.array([0.5, 0.5])) == average_precision(
        np.array([0, 1]), np.array([0.5, 0.5])
    )
    assert average_precision(np.array([1, 0]), np.array([0.5, 0.5])) == pytest.approx(0.5)
    assert np.isnan(average_precision(np.zeros(3, bool), np.arange(3.0)))
    assert average_precision(np.ones(3, bool), np.arange(3.0)) == pytest.approx(1)


RANKED = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=1, max_size=30)


@given(RANKED.filter(lambda rows: any(label for label, _ in rows)))
def test_it_is_the_sum_over_thresholds(rows: list[tuple[bool, int]]) -> None:
    labels, scores = (np.array(column) for column in zip(*rows, strict=True))
    total = before = 0.0
    for threshold in sorted(set(scores.tolist()), reverse=True):
        called = scores >= threshold
        recall = (labels & called).sum() / labels.sum()
        total, before = total + (recall - before) * (labels & called).sum() / called.sum(), recall
    assert average_precision(labels, scores.astype(np.float32)) == pytest.approx(total)


def test_it_is_that_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    scores = np.random.default_rng(2).integers(0, 9, LABELS.shape) / 8
    own = [average_precision(*pair) for pair in zip(LABELS.T.astype(bool), scores.T, strict=True)]
    np.testing.assert_allclose(own, metrics.average_precision_score(LABELS, scores, average=None), atol=1e-12)


def test_figures_are_of_the_models_own_probabilities() -> None:
    model = tagger()
    probe = cnnviz.wrap(model, scale="0-1", head="multilabel", class_names=["cat", "dog", "day", "night"])
    found = cnnviz.evaluate_labels(probe, PIXELS, LABELS, threshold=0.45)
    said = model.predict(PIXELS / 255.0, verbose=0)
    called, truth = said >= 0.45, LABELS.astype(bool)
    for i in range(4):
        both = (called[:, i] & truth[:, i]).sum()
        assert found.recall[i] == pytest.approx(both / truth[:, i].sum())
        if called[:, i].any():
            assert found.precision[i] == pytest.approx(both / called[:, i].sum())
        assert found.average_precision[i] == pytest.approx(average_precision(truth[:, i], said[:, i]), abs=1e-6)
    assert found.exact == (called == truth).all(axis=1).mean()
    assert found.mean_average_precision == pytest.approx(found.average_precision.mean())
    document = json.loads(str(found.to_json()))
    assert [one["label"] for one in document["labels"]] == ["cat", "dog", "day", "night"]
    assert document["labels"][2]["images"] == truth[:, 2].sum() and document["pictures"] == 40
    assert str(found.to_csv()).splitlines()[0].startswith("label,images,predicted,precision")
    assert "mean average precision" in repr(found)


def test_labels_that_no_image_has_are_left_out_of_the_mean() -> None:
    labels = LABELS.copy()
    labels[:, 1] = 0
    found = cnnviz.evaluate_labels(cnnviz.wrap(tagger(), scale="0-1", head="multilabel"), PIXELS, labels)
    assert np.isnan(found.recall[1]) and np.isnan(found.average_precision[1])
    assert found.mean_average_precision == pytest.approx(np.nanmean(found.average_precision))
    assert found.document()["labels"][1]["recall"] is None


@pytest.mark.parametrize(
    ("labels", "threshold", "error", "says"),
    [
        (LABELS[:, :3], 0.5, DataError, r"shape \(40, 3\); 40 images and a model of 4 labels need \(40, 4\)"),
        (LABELS * 2, 0.5, DataError, "other values than 0 and 1"),
        (LABELS.astype(str), 0.5, DataError, "other values than 0 and 1"),
        (LABELS, 1.0, UsageError, "threshold is 1"),
    ],
)
def test_labels_that_do_not_fit(labels: np.ndarray, threshold: float, error: type[Exception], says: str) -> None:
    probe = cnnviz.wrap(tagger(), scale="0-1", head="multilabel")
    with pytest.raises(error, match=says):
        cnnviz.evaluate_labels(probe, PIXELS, labels, threshold=threshold)


def test_exclusive_classes_have_no_several_labels() -> None:
    with pytest.raises(UsageError, match=r'opened as softmax.*head="multilabel"'):
        cnnviz.evaluate_labels(cnnviz.wrap(tagger("softmax"), scale="0-1"), PIXELS, LABELS)
    with pytest.raises(DataError, match=r"several labels per image, but tagger predicts one class.*give a class"):
        cnnviz.evaluate(cnnviz.wrap(tagger("softmax"), scale="0-1"), (PIXELS, LABELS))
    with pytest.raises(DataError, match=r"several labels per image, .*--head multilabel, in Python head='multilabel'"):
        cnnviz.evaluate(cnnviz.wrap(tagger(), scale="0-1"), (PIXELS, LABELS))


def tagged(labels: np.ndarray = LABELS) -> cnnviz.LabelEvaluation:
    probe = cnnviz.wrap(tagger(), scale="0-1", head="multilabel", class_names=["cat", "dog", "day", "night"])
    found = cnnviz.evaluate(probe, (PIXELS, labels), rounds=200, seed=3)
    assert isinstance(found, cnnviz.LabelEvaluation)
    return found


def test_evaluate_takes_images_with_several_labels() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    found = tagged()
    precision, recall, f1, of = metrics.precision_recall_fscore_support(
        LABELS, found.probabilities >= 0.5, average=None, zero_division=np.nan
    )
    for own, theirs in ((found.precision, precision), (found.recall, recall), (found.f1, f1)):
        np.testing.assert_allclose(own, theirs, atol=1e-12)
    assert [row["images"] for row in found.document()["labels"]] == of.tolist()
    average = metrics.average_precision_score(LABELS, found.probabilities, average=None)
    np.testing.assert_allclose(found.average_precision, average, atol=1e-12)
    assert found.mean_average_precision == pytest.approx(
        metrics.average_precision_score(LABELS, found.probabilities, average="macro")
    )
    assert found.exact == metrics.accuracy_score(LABELS, found.probabilities >= 0.5)
    assert found.figures.macro_f1.value == pytest.approx(np.nanmean(f1))


def test_intervals_are_those_of_resampled_images() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    found = tagged()
    rng, drawn = np.random.default_rng(9), []
    for _ in range(400):
        some = rng.integers(0, 40, 40)
        drawn.append(metrics.average_precision_score(LABELS[some], found.probabilities[some], average=None))
    ends = np.quantile(drawn, [0.025, 0.975], axis=0)
    np.testing.assert_allclose(found.figures.average_precision.ends, ends, atol=0.06)
    mean = found.figures.mean_average_precision
    np.testing.assert_allclose([mean.low, mean.high], np.quantile(np.mean(drawn, axis=1), [0.025, 0.975]), atol=0.04)
    assert tagged().document() | {"model": None} == found.document() | {"model": None}


def test_labels_are_matched_by_name() -> None:
    probe = cnnviz.wrap(tagger(), scale="0-1", head="multilabel", class_names=["cat", "dog", "day", "night"])
    images = cnnviz.open_images((PIXELS, LABELS[:, [3, 1, 0, 2]]), class_names=["Night", "dog", "cat", "day"])
    found = cnnviz.evaluate(probe, images, rounds=20)
    assert isinstance(found, cnnviz.LabelEvaluation) and found.labels.tolist() == LABELS.astype(bool).tolist()
    with pytest.raises(DataError, match=r"3 labels and tagger has 4.*with the model's own labels"):
        cnnviz.evaluate(probe, (PIXELS, LABELS[:, :3]))
    with pytest.raises(DataError, match="has numbers as labels, but tagger predicts 4 labels"):
        cnnviz.evaluate(probe, (PIXELS, LABELS / 2))
    with pytest.raises(DataError, match="no labels to compare"):
        cnnviz.evaluate(probe, PIXELS)
    assert "+0 in average precision" in cnnviz.evaluate(probe, (PIXELS, LABELS), other=probe).against[0]
    with pytest.raises(UsageError, match="a threshold is for a model of several labels"):
        cnnviz.evaluate("fmnist-cnn", cnnviz.open_images("sample")[:2], threshold=0.4)


def test_one_label_each_is_several_labels_too() -> None:
    probe = cnnviz.wrap(tagger(), scale="0-1", head="multilabel")
    classes = np.arange(40) % 4
    found = cnnviz.evaluate(probe, (PIXELS, classes), rounds=20)
    assert isinstance(found, cnnviz.LabelEvaluation)
    assert found.labels.tolist() == (np.arange(4) == classes[:, None]).tolist()
    assert found.truth is None and found.together[0].tolist() == [10, 0, 0, 0]


def test_mistakes_are_ranked() -> None:
    found = tagged()
    for label in range(4):
        alarms, misses = found.false_alarms(label, 99), found.misses(label, 99)
        wrong = np.flatnonzero((found.probabilities[:, label] >= 0.5) != LABELS[:, label].astype(bool))
        assert sorted([*alarms, *misses]) == wrong.tolist()
        assert (np.diff(found.probabilities[alarms, label]) <= 0).all()
        assert (np.diff(found.probabilities[misses, label]) >= 0).all()
    assert found.together.tolist() == (LABELS.T @ LABELS).tolist()


def test_sentences() -> None:
    first, second = tagged().summary
    assert first.startswith("tagger: mean average precision ") and "on 40 images of array (95 % interval" in first
    assert "exactly the right labels" in second and "macro F1" in second
    absent = LABELS.copy()
    absent[:, 3] = 0
    assert "No image has night, so recall and average precision are unknown there." in tagged(absent).findings
    none = tagged(np.zeros_like(LABELS))
    assert "no image of array has any label" in none.summary[0] and none.document()["macro_f1"]["value"] is not None


def test_what_labels_are_taken_for_is_said() -> None:
    """Columns of names that the model does not know, and one class for each image."""
    columns = cnnviz.Images(PIXELS, label_rows=LABELS.astype(bool), class_names=("sea", "sky", "land", "ice"))
    found = cnnviz.evaluate(cnnviz.wrap(tagger(), scale="0-1", head="multilabel"), columns, rounds=10)
    assert any(note.startswith("labels taken to be in the order of the model's outputs") for note in found.images.notes)
    named = cnnviz.wrap(tagger(), scale="0-1", head="multilabel", class_names=["land", "sea", "sky", "ice"])
    told = cnnviz.evaluate(named, columns, rounds=10)
    assert not any("in the order of the model's outputs" in note for note in told.images.notes)
    np.testing.assert_array_equal(told.labels, LABELS.astype(bool)[:, [2, 0, 1, 3]])
    single = cnnviz.Images(PIXELS, np.arange(40) % 4, class_names=("land", "sea", "sky", "ice"))
    one = cnnviz.evaluate(named, single, rounds=10)
    assert "one class per image, which counts as its only label" in one.images.notes
    np.testing.assert_array_equal(one.labels, np.eye(4, dtype=bool)[np.arange(40) % 4])
