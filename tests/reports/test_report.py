"""Everything about a model and a set: what a page can compute is not stored, what it cannot is shown by examples."""

from __future__ import annotations

import json
import re

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.exported_network import Exported
from cnnviz.core.render import show
from cnnviz.reports import report as module
from cnnviz.reports.report import report


@pytest.fixture(scope="module")
def sample() -> cnnviz.Images:
    return cnnviz.open_images("sample")[:60]


@pytest.fixture(scope="module")
def unknown() -> cnnviz.Probe:
    """A model with a layer that the page's engine does not know."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(3, 3, strides=3, activation="relu", name="conv"),
            keras.layers.Conv2DTranspose(2, 3, name="up"),
            keras.layers.Flatten(name="flat"),
            keras.layers.Dense(10, activation="softmax", name="head"),
        ]
    )
    return cnnviz.wrap(model, class_names=cnnviz.open_images("sample").class_names, scale="0-1")


def data_of(page: bytes) -> dict:
    found = re.search(rb'id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_a_page_that_runs_the_model_stores_no_maps(sample) -> None:
    made = report("fmnist-cnn", sample, include=())
    assert isinstance(made.responses.network(), Exported)
    assert made.examples is None and made.shown == ()
    data = data_of(show(made, "page").single())
    assert data["maps"] == [] and data["mapped"] is None
    assert set(data["sections"]["channel"]["layers"]) == set(made.responses.layers)
    assert repr(made) == f"Report(60 images of {sample.source!r} by 'fmnist-cnn')"


def test_examples_stand_in_for_a_network_that_the_page_cannot_run(unknown, sample) -> None:
    made = report(unknown, sample, include=())
    assert len(made.shown) == 10 and list(made.shown) == sorted(set(made.shown))
    # One of each class, and that one its surest.
    labels = sample.labels[list(made.shown)]
    assert sorted(labels) == list(range(10))
    for position, label in zip(made.shown, labels, strict=True):
        assert made.responses.confidence[position] == made.responses.confidence[sample.labels == label].max()
    stored = cnnviz.activations(unknown, sample.take(made.shown))
    for path in ("conv", "up", "head"):
        np.testing.assert_allclose(made.examples[path], stored[path], atol=1e-6)
    data = data_of(show(made, "page").single())
    assert data["mapped"] == list(made.shown) and data["network"]["refused"][0]["path"] == "up"


def test_so_they_do_where_the_model_is_too_large_for_the_page(sample, monkeypatch) -> None:
    monkeypatch.setattr("cnnviz.features.lazy_network.MOST_PARAMETERS", 1000)
    made = report("fmnist-cnn", sample, "conv2", include=())
    assert list(made.examples) == ["conv2"] and len(made.shown) == 10


def test_examples_are_fewer_where_maps_are_large(unknown, sample, monkeypatch) -> None:
    values = 9 * 9 * 3 + 11 * 11 * 2 + 10
    monkeypatch.setattr(module, "MOST_VALUES", 4 * values)
    assert len(report(unknown, sample, include=()).shown) == 4
    monkeypatch.setattr(module, "MOST_VALUES", 1)
    assert len(report(unknown, sample, include=()).shown) == 1


def test_after_the_surest_of_each_class_comes_its_least_sure(unknown, sample) -> None:
    made = report(unknown, sample, include=())
    chosen = module._examples(made.responses, 20)
    sure = made.responses.confidence
    for label in range(10):
        members = np.flatnonzero(sample.labels == label)
        wanted = {int(members[sure[members].argmax()]), int(members[sure[members].argmin()])}
        assert wanted == {i for i in chosen if sample.labels[i] == label}
    assert len(module._examples(made.responses, 500)) == 60


def test_accuracy_is_the_share_of_right_ones_and_unknown_without_labels(sample, unknown) -> None:
    made = report("fmnist-cnn", sample, "dense1", include=())
    assert made.accuracy == (made.predictions.predicted == sample.labels).mean()
    bare = report("fmnist-cnn", cnnviz.Images(sample.pixels), "dense1", include=())
    assert bare.accuracy is None
    # Then examples go by what is predicted.
    bare = report(unknown, cnnviz.Images(sample.pixels), "conv", include=())
    said = bare.responses.predicted
    assert {int(said[i]) for i in bare.shown} == set(said.tolist())


def test_what_is_left_out_is_said_and_why(sample) -> None:
    made = report("fmnist-cnn", sample[:2], ["flatten"])
    assert [type(one).__name__ for one in made.companions] == ["Statistics"]
    assert made.notes == (
        "skipped the embedding: it needs at least 3 images",
        "skipped layer similarity: it needs at least 2 layers and 4 images",
        "skipped maximized images: none of these layers has filters",
    )
    without = cnnviz.Images(sample[:4].pixels)
    asked = {"reconstruct": False, "maximize": False, "statistics": False}
    assert cnnviz.filters("fmnist-cnn", without, "conv1", include=asked).notes == (
        "skipped ablation: the images have no labels of the model's classes",
    )


def test_companions_take_the_batch_size_of_the_call(sample, monkeypatch) -> None:
    from cnnviz.features.representation import layer_statistics

    sizes, run = [], layer_statistics.run_layer_statistics
    monkeypatch.setattr(
        layer_statistics,
        "run_layer_statistics",
        lambda *given, **named: sizes.append(named["batch_size"]) or run(*given, **named),
    )
    report("fmnist-cnn", sample[:4], "conv1", include="statistics", batch_size=3)
    cnnviz.filters("fmnist-cnn", sample[:4], "conv1", include="statistics", batch_size=2)
    assert sizes == [3, 2]


def test_less_is_made_where_a_page_is_not_wanted(sample) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    whole = report(probe, sample, "conv1", include=())
    channels = module.run_report(probe, sample, "conv1", content="channels")
    assert channels.data is None and channels.document() == whole.document()
    bare = module.run_report(probe, sample, content="predictions")
    assert not bare.responses.layers and bare.to_csv() == whole.to_csv() == cnnviz.predict(probe, sample).to_csv()
    assert bare.confusion_png() == whole.confusion_png() == show(cnnviz.predict(probe, sample), "confusion")
    assert bare.summary_document() == whole.summary_document() == {"pictures": 60, "accuracy": whole.accuracy}
