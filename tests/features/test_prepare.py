"""A public function opens a model and images once, and fits the images once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.confused_pairs import confused_pairs
from cnnviz.attribution.heatmaps import heatmaps
from cnnviz.attribution.reconstruct import reconstruct
from cnnviz.data.fit_images import fit_images
from cnnviz.data.images import Images
from cnnviz.reports.class_pair import compare_classes


@cache
def net() -> keras.Model:
    """Return a net of two small convolutions, which needs its images resized and takes its class names from them."""
    keras.utils.set_random_seed(5)
    layers = keras.layers
    convolutions = [layers.Conv2D(3, 3, 2, activation="relu", name=f"conv{i}") for i in (1, 2)]
    return keras.Sequential([keras.Input((28, 28, 1)), *convolutions, layers.Flatten(), layers.Dense(10)])


def wide() -> Images:
    """Return labelled images that have to be resized for the model."""
    images = cnnviz.open_images("sample")[:16]
    pixels = np.pad(images.pixels, ((0, 0), (2, 2), (2, 2), (0, 0)))
    return Images(pixels, images.labels, images.class_names, source="wide")


ONE_MODEL: dict[str, Callable[[Images], Any]] = {
    "activations": lambda images: cnnviz.activations(net(), images, "conv1"),
    "responses": lambda images: cnnviz.responses(net(), images, "conv1"),
    "predict": lambda images: cnnviz.predict(net(), images),
    "filters": lambda images: cnnviz.filters(net(), images, "conv1", include=("reconstruct", "ablate")),
    "attribute": lambda images: cnnviz.attribute(net(), images),
    "heatmaps": lambda images: heatmaps(net(), images, ["grad-cam", "saliency"], "top-2"),
    "confused_pairs": lambda images: confused_pairs(net(), images, *_two_classes()),
    "reconstruct": lambda images: reconstruct(net(), images, "conv1", [0], count=2),
    "maximize": lambda images: cnnviz.maximize(net(), "conv1", [0], images=images, steps=1),
    "ablate": lambda images: cnnviz.ablate(net(), images, "conv1", seeds=0),
    "prune": lambda images: cnnviz.prune(net(), images, remove={"conv1": 1}),
    "evaluate": lambda images: cnnviz.evaluate(net(), images, rounds=5),
    "report": lambda images: cnnviz.report(net(), images, include=("statistics", "embedding", "similarity")),
    "compare_classes": lambda images: compare_classes(net(), images, *_two_classes(), layer="conv1"),
    "embedding": lambda images: cnnviz.embedding(net(), images, methods="pca"),
    "similarity": lambda images: cnnviz.similarity(net(), images, layer=["conv1", "conv2"]),
    "layer_statistics": lambda images: cnnviz.layer_statistics(net(), images, "conv1"),
}
TWO_MODELS: dict[str, Callable[[Images], Any]] = {
    "compare": lambda images: cnnviz.compare(net(), images, other=net(), layer="conv1"),
    "evaluate": lambda images: cnnviz.evaluate(net(), images, other=net(), rounds=5),
    "similarity": lambda images: cnnviz.similarity(net(), images, ["conv1"], other=net()),
}


@cache
def _two_classes() -> list[str]:
    """Return the class that the untrained network predicts for an image, and the image's own class."""
    said = cnnviz.predict(net(), wide())
    assert said.truth is not None
    mistake = int(np.flatnonzero(said.predicted != said.truth)[0])
    return [said.model.class_names[int(kind[mistake])] for kind in (said.predicted, said.truth)]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count openings of a model, and fits of images to the input of one."""
    _two_classes()
    import cnnviz.data.open
    import cnnviz.models.open
    import cnnviz.models.probe

    counted: Counter[str] = Counter()
    open_model, align = cnnviz.models.open.open_model, cnnviz.Probe.align

    def fit(images: Images, spec: Any, *rest: Any) -> Images:
        counted["fitted"] += spec is not None
        return fit_images(images, spec, *rest)

    def opened(source: Any, **options: Any) -> cnnviz.Probe:
        counted["opened"] += 1
        return open_model(source, **options)

    def aligned(self: cnnviz.Probe, *given: Any) -> Any:
        counted["aligned"] += 1
        return align(self, *given)

    monkeypatch.setattr(cnnviz.data.open, "fit_images", fit)
    monkeypatch.setattr(cnnviz.models.probe, "fit_images", fit)
    monkeypatch.setattr(cnnviz.models.open, "open_model", opened)
    monkeypatch.setattr(cnnviz.Probe, "align", aligned)
    return counted


@pytest.mark.parametrize("name", list(ONE_MODEL))
def test_a_model_is_opened_and_images_are_fitted_once(name: str, calls: Counter[str]) -> None:
    ONE_MODEL[name](wide())
    assert calls == {"opened": 1, "fitted": 1, "aligned": 1}


@pytest.mark.parametrize("name", list(TWO_MODELS))
def test_of_two_models_each_is_opened_once_and_gets_its_images_once(name: str, calls: Counter[str]) -> None:
    TWO_MODELS[name](wide())
    assert calls == {"opened": 2, "fitted": 2, "aligned": 2}
