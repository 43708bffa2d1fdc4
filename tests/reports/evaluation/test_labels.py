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
from cnnviz.reports.evaluation.labels import average_precision

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
    with pytest.raises(DataError, match=r"not one-hot.*evaluate_labels"):
        cnnviz.evaluate(cnnviz.wrap(tagger(), scale="0-1", head="multilabel"), (PIXELS, LABELS))
