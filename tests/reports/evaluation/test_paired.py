"""Two models of labels or numbers on the same images: differences by hand, their intervals, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import UsageError
from cnnviz.reports.evaluation.paired import differences
from tests.helpers.page_data import data_of


class Rows(keras.layers.Layer):
    """The first k pixels of an image, changed by a factor and a term."""

    def __init__(self, count: int, factor: float, term: float) -> None:
        super().__init__()
        self.count, self.factor, self.term = count, factor, term

    def call(self, x):
        return keras.ops.reshape(x, (-1, 16))[:, : self.count] * self.factor + self.term


def regression(factor: float, term: float, name: str) -> cnnviz.Probe:
    inputs = keras.Input((4, 4, 1))
    model = keras.Model(inputs, Rows(2, factor, term)(inputs), name=name)
    return cnnviz.wrap(model, scale="0-1", head="regression", class_names=["x", "y"])


def labels(factor: float, name: str) -> cnnviz.Probe:
    inputs = keras.Input((4, 4, 1))
    scores = keras.layers.Activation("sigmoid")(Rows(3, factor, -factor / 2)(inputs))
    return cnnviz.wrap(keras.Model(inputs, scores, name=name), scale="0-1", head="multilabel")


PIXELS = np.random.default_rng(0).random((60, 4, 4, 1)).astype(np.float32)
TRUE = PIXELS.reshape(60, 16)[:, :2].astype(np.float64)


def test_errors_by_hand() -> None:
    """The second one is wrong by 0.5 throughout, the first by nothing: the intervals have no width."""
    found = cnnviz.compare(regression(1, 0, "exact"), (PIXELS, TRUE), other=regression(1, 0.5, "high"))
    assert isinstance(found, cnnviz.RowComparison) and len(found) == 60
    np.testing.assert_allclose(found.differences.figures["mae"].value, [0.5, 0.5], atol=1e-6)
    np.testing.assert_allclose(found.differences.figures["rmse"].value, [0.5, 0.5], atol=1e-6)
    assert found.differences.means["mae"].value == pytest.approx(0.5, abs=1e-6)


def test_intervals_are_paired() -> None:
    """Errors that differ from image to image, but by the same between the models: a far narrower interval."""
    noisy = TRUE + np.random.default_rng(1).normal(0, 1, TRUE.shape)
    found = cnnviz.compare(regression(1, 0, "a"), (PIXELS, noisy), other=regression(1, 0.01, "b"))
    shares = found.differences.figures["mae"]
    width = shares.ends[1] - shares.ends[0]
    own = found.first.figures.mae.ends
    assert (width < 0.1 * (own[1] - own[0])).all()
    assert ((shares.ends[0] <= shares.value) & (shares.value <= shares.ends[1])).all()


def test_labels_that_are_told_and_labels_that_are_not() -> None:
    held = PIXELS.reshape(60, 16)[:, :3] > 0.5
    found = cnnviz.compare(labels(20, "good"), (PIXELS, held), other=labels(-20, "bad"))
    figures = found.differences.figures
    for i in range(3):
        each = [found.first.average_precision[i], found.second.average_precision[i]]
        assert each[0] == 1 and figures["average_precision"].value[i] == pytest.approx(each[1] - each[0])
    assert (figures["average_precision"].ends[1] < 0).all() and (figures["f1"].value < 0).all()
    assert "worse" in found.summary[0] and found.summary[0] in found.evaluation.findings
    again = cnnviz.evaluate(labels(20, "good"), (PIXELS, held), other=labels(-20, "bad"))
    assert again.against == found.summary


def test_written(tmp_path: Path) -> None:
    found = cnnviz.compare(regression(1, 0, "a"), (PIXELS, TRUE), other=regression(1.1, 0, "b"))
    document = json.loads(found.to_json(tmp_path / "c.json").read_text())
    assert [row["name"] for row in document["differences"]] == ["x", "y"] and document["means"]["mae"]["value"] > 0
    rows = (tmp_path / "c.csv", found.to_csv(tmp_path / "c.csv"))[0].read_text().splitlines()
    assert len(rows) == 5 and rows[0] == "name,figure,A,B,B - A,low,high"
    page = data_of(found.to_html(tmp_path / "c.html").read_bytes())
    assert page["sections"]["regression"]["against"] == list(found.summary) and "worse" in found.summary[0]


def test_other_kinds_and_other_labels_are_refused() -> None:
    with pytest.raises(UsageError, match="opened as regression and multilabel; give two of one kind"):
        cnnviz.evaluate(regression(1, 0, "a"), (PIXELS, TRUE), other=labels(1, "b"))
    one, two = (cnnviz.evaluate(regression(1, 0, "a"), (PIXELS, TRUE + i)) for i in range(2))
    with pytest.raises(UsageError, match="different labels"):
        differences((one, two))
    inputs = keras.Input((4, 4, 1))
    other = cnnviz.wrap(
        keras.Model(inputs, Rows(2, 1, 0)(inputs)), scale="0-1", head="regression", class_names=["y", "x"]
    )
    with pytest.raises(UsageError, match="the same in another order"):
        cnnviz.compare(regression(1, 0, "a"), (PIXELS, TRUE), other=other)
