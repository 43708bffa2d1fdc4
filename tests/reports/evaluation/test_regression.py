"""Evaluation of a regression."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import layers

import cnnviz
from cnnviz.core.errors import DataError, UsageError
from cnnviz.reports.evaluation.error_figures import error_figures

PIXELS = np.random.default_rng(0).integers(0, 256, (30, 8, 8, 1), dtype=np.uint8)
ANGLES = np.random.default_rng(1).normal(5, 3, (30, 2))


def regressor(outputs: int = 1) -> keras.Model:
    keras.utils.set_random_seed(0)
    start = keras.Input((8, 8, 1))
    row = layers.Flatten()(layers.Conv2D(3, 3, activation="relu")(start))
    return keras.Model(start, layers.Dense(outputs)(row), name="angles")


def probe(outputs: int = 1, names: list[str] | None = None) -> cnnviz.Probe:
    return cnnviz.wrap(regressor(outputs), scale="0-1", head="regression", class_names=names)


def evaluated(outputs: int, labels: np.ndarray) -> cnnviz.RegressionEvaluation:
    found = cnnviz.evaluate(probe(outputs), (PIXELS, labels), rounds=200)
    assert isinstance(found, cnnviz.RegressionEvaluation)
    return found


def test_by_hand() -> None:
    true, said = np.array([[1.0], [2], [3], [6]]), np.array([[2.0], [2], [5], [5]])
    found = error_figures(true, said, 50, 0.95, np.random.default_rng(0))
    # Errors 1, 0, 2, -1; true values 1, 2, 3, 6 of mean 3, so squares around it are 4 + 1 + 0 + 9.
    assert found.mean_error[0].value == 0.5 and found.mae[0].value == 1
    assert found.rmse[0].value == pytest.approx(np.sqrt(6 / 4)) and found.r2[0].value == pytest.approx(1 - 6 / 14)
    flat = error_figures(np.full((3, 1), 0.1), said[:3], 20, 0.95, np.random.default_rng(0))
    assert np.isnan(flat.r2[0].value) and np.isnan(flat.means["r2"].value) and np.isnan(flat.r2.ends).all()
    assert flat.mae[0].value == pytest.approx((1.9 + 1.9 + 4.9) / 3)


@pytest.mark.parametrize("outputs", [1, 2])
def test_figures_are_those_of_scikit_learn(outputs: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    true = ANGLES[:, :outputs]
    found = evaluated(outputs, true if outputs > 1 else true[:, 0])
    said = regressor(outputs).predict(PIXELS / 255.0, verbose=0)
    np.testing.assert_allclose(found.outputs, said, atol=1e-5)
    values = found.outputs.astype(np.float64)
    theirs = {
        "mae": metrics.mean_absolute_error(true, values, multioutput="raw_values"),
        "rmse": np.sqrt(metrics.mean_squared_error(true, values, multioutput="raw_values")),
        "r2": metrics.r2_score(true, values, multioutput="raw_values"),
    }
    for name, expected in theirs.items():
        np.testing.assert_allclose(getattr(found.figures, name).value, expected, rtol=1e-9)
        assert found.figures.means[name].value == pytest.approx(expected.mean())


def test_intervals_are_those_of_resampled_images() -> None:
    found = evaluated(1, ANGLES[:, 0])
    rng = np.random.default_rng(4)
    some = rng.integers(0, 30, (2000, 30))
    mae = np.abs(found.errors[:, 0])[some].mean(axis=1)
    np.testing.assert_allclose(found.figures.mae.ends[:, 0], np.quantile(mae, [0.025, 0.975]), rtol=0.1)
    true, error = found.true_values[:, 0][some], found.errors[:, 0][some]
    r2 = 1 - (error**2).sum(1) / ((true - true.mean(1, keepdims=True)) ** 2).sum(1)
    np.testing.assert_allclose(found.figures.r2.ends[:, 0], np.quantile(r2, [0.025, 0.975]), rtol=0.25)
    assert found.document() | {"model": None} == evaluated(1, ANGLES[:, 0]).document() | {"model": None}


@given(st.integers(2, 12), st.floats(-1e6, 1e6), st.integers(0, 9))
def test_shifting_both_changes_nothing(count: int, shift: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    true, said = rng.normal(size=(2, count, 1))
    one, two = (error_figures(true + by, said + by, 5, 0.9, np.random.default_rng(0)) for by in (0.0, shift))
    for name in ("mean_error", "mae", "rmse", "r2"):
        np.testing.assert_allclose(getattr(one, name).value, getattr(two, name).value, rtol=1e-6, atol=1e-7)


def test_documents(tmp_path: Path) -> None:
    found = evaluated(2, ANGLES)
    document = json.loads(str(found.to_json()))
    assert document["kind"] == "regression evaluation" and len(document["values"]) == 30
    assert document["values"][4]["true"] == pytest.approx(ANGLES[4].tolist(), rel=1e-5)
    assert [one["output"] for one in document["outputs"]] == ["output 0", "output 1"]
    rows = list(csv.reader(io.StringIO(str(found.to_csv()))))
    assert rows[0][:5] == ["number", "name", "output 0 true", "output 0 predicted", "output 0 error"]
    assert float(rows[3][2]) == pytest.approx(ANGLES[2, 0], rel=1e-5)
    worst = np.argsort(-np.abs(found.errors[:, 1]))
    assert found.worst(1).tolist() == worst[:25].tolist() and document["worst"]["output 1"] == worst[:25].tolist()
    back = cnnviz.RegressionEvaluation.load(found.save(tmp_path / "a.npz"))
    assert back.document() == found.document()
    assert "mean absolute error" in repr(found) and "R²" in found.summary[0]


def test_classes_that_are_numbers_are_numbers() -> None:
    whole = np.arange(30) % 7
    assert evaluated(1, whole).true_values[:, 0].tolist() == whole.tolist()
    ages = cnnviz.Images(PIXELS, whole % 3, ("23", "31.5", "-4"))
    found = cnnviz.evaluate(probe(), ages, rounds=5)
    assert isinstance(found, cnnviz.RegressionEvaluation)
    assert found.true_values[:3, 0].tolist() == [23, 31.5, -4]


def test_refused() -> None:
    with pytest.raises(DataError, match=r"labeled with classes \(cat, dog\), but angles returns numbers"):
        cnnviz.evaluate(probe(), cnnviz.Images(PIXELS, np.arange(30) % 2, ("cat", "dog")))
    with pytest.raises(DataError, match=r"2 numbers per image as labels, but angles returns 1 \(output 0\)"):
        cnnviz.evaluate(probe(), (PIXELS, ANGLES))
    with pytest.raises(DataError, match="no labels to compare"):
        cnnviz.evaluate(probe(), PIXELS)
    same = cnnviz.evaluate(probe(), (PIXELS, ANGLES[:, 0]), other=probe()).against
    assert same == ("angles against angles: +0 in mean absolute error.",)
    with pytest.raises(UsageError, match="a threshold is for a model of several labels"):
        cnnviz.evaluate(probe(), (PIXELS, ANGLES[:, 0]), threshold=0.3)
    classifier = cnnviz.wrap(keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(3, "softmax")]))
    with pytest.raises(DataError, match=r"numbers as labels, but .* predicts one class per image; give a class for"):
        cnnviz.evaluate(classifier, (PIXELS, ANGLES[:, 0]))


def test_outputs_are_matched_by_name() -> None:
    images = cnnviz.Images(PIXELS, class_names=("b", "a"), label_rows=ANGLES)
    found = cnnviz.evaluate(probe(2, ["a", "b"]), images, rounds=5)
    assert isinstance(found, cnnviz.RegressionEvaluation) and found.true_values.tolist() == ANGLES[:, ::-1].tolist()
