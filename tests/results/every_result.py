"""One result of every kind, of a small network and a dozen images, by the name of its class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

import cnnviz
from cnnviz.ablation.prune import prune
from cnnviz.attribution.confused_pairs import confused_pairs
from cnnviz.attribution.heatmaps import heatmaps
from cnnviz.attribution.reconstruct import reconstruct
from cnnviz.callbacks.snapshot_limits import KeptFilters, KeptMaps
from cnnviz.callbacks.snapshot_series import SnapshotSeries
from cnnviz.core.documented import Documented
from cnnviz.data.fit import STRETCH
from cnnviz.features.result import Result
from cnnviz.reports.class_pair import ClassPair
from cnnviz.reports.evaluation.labels import LabelEvaluation, evaluate_labels
from cnnviz.reports.model_summary import model_summary
from cnnviz.reports.quality.check_quality import check_quality
from cnnviz.reports.row_comparison import RowComparison
from cnnviz.training.grid_search import try_all
from cnnviz.training.kfold import cross_validate
from cnnviz.training.plan_training import plan_training
from tests.arena.made_up import made_up_arena


@cache
def probe() -> cnnviz.Probe:
    """Return the bundled network, opened once."""
    return cnnviz.open_model("fmnist-cnn")


@cache
def images() -> cnnviz.Images:
    """Return some images of every class, as from files that are gone since."""
    some = cnnviz.open_images("sample")[:24]
    paths = tuple(Path("photos", f"{number}.png") for number in range(len(some)))
    return replace(some, names=tuple(map(str, paths)), paths=paths, fit=STRETCH)


def series() -> SnapshotSeries:
    """Return three moments of a training that never was."""
    said, rng = cnnviz.predict(probe(), images()[:3]), np.random.default_rng(3)
    answers = rng.dirichlet(np.ones(10), (3, 3)).astype(np.float32)
    maps = rng.normal(size=(3, 3, 4, 4, 2)).astype(np.float32)
    history = tuple({"epoch": float(i + 1), "loss": 1 / (i + 1), "accuracy": 0.5 + 0.1 * i} for i in range(2))
    card = said.model
    return SnapshotSeries(
        said.images,
        card,
        answers[-1],
        epochs=np.array([0.0, 1.0, 2.0]),
        kernels={"conv1": rng.normal(size=(3, 3, 3, 1, 4)).astype(np.float32)},
        maps={"conv1": maps},
        kept=(KeptFilters("conv1", "Conv2D", 4, 4, 1, 1, (3, 3), (3, 3)),),
        seen=(KeptMaps("conv1", "conv1", 2, 2, (4, 4), (4, 4)),),
        heat=rng.normal(size=(3, 3, 4, 4)).astype(np.float32),
        how=cnnviz.attribute(probe(), images()[:1]).how,
        why_no_heat="",
        answers=answers,
        figures=({}, {"loss": 0.5}, {"loss": 0.25}),
        history=history,
        best=2,
        notes=("3 of 9 snapshots",),
    )


BUILDERS: dict[str, Callable[[], Result]] = {
    "Ablation": lambda: cnnviz.ablate(probe(), images()[:10], "conv1", seeds=1),
    "Activations": lambda: cnnviz.activations(probe(), images()[:4], ["conv2", "dense1"]),
    "Arena": lambda: made_up_arena(),
    "Attribution": lambda: cnnviz.attribute(probe(), images()[:4], "saliency"),
    "ClassPair": lambda: ClassPair(cnnviz.responses(probe(), images(), ["conv1", "dense1"]), 0, 6),
    "Comparison": lambda: cnnviz.compare(probe(), images(), other="fmnist-best"),
    "DataReport": lambda: cnnviz.profile_images(images(), images()[:12], model=None),
    "Embedding": lambda: cnnviz.embedding(probe(), images()),
    "Evaluation": lambda: cnnviz.evaluate(probe(), images(), other="fmnist-best", rounds=50),
    "LabelEvaluation": lambda: _labels(),
    "RegressionEvaluation": lambda: _regression(),
    "Filters": lambda: cnnviz.filters(probe(), images(), "conv1"),
    "Heatmaps": lambda: heatmaps(probe(), images()[:3], ["grad-cam", "saliency"], "top-2"),
    "Maximized": lambda: cnnviz.maximize(probe(), "conv1", [0, 3], images=images(), steps=4, restarts=2, frames=2),
    "ConfusedPairs": lambda: confused_pairs(probe(), cnnviz.open_images("sample"), "shirt", "coat", count=2),
    "Predictions": lambda: cnnviz.predict(probe(), images()),
    "Reconstructions": lambda: reconstruct(probe(), images(), "conv1", [0, 2], count=2),
    "Report": lambda: cnnviz.report(probe(), images(), ["conv1"], include=()),
    "Responses": lambda: cnnviz.responses(probe(), images(), ["conv1", "dense1"]),
    "RowComparison": lambda: RowComparison(_labels(), _labels()),
    "Similarity": lambda: cnnviz.similarity(probe(), images(), layer=["conv1", "conv2", "dense1"]),
    "SnapshotSeries": series,
    "Trust": lambda: cnnviz.trust(probe(), images()[:8], ["grad-cam", "saliency"], ["deletion:steps=4", "gini"]),
    "Statistics": lambda: cnnviz.layer_statistics(probe(), images(), ["conv1", "dense1"]),
}


@cache
def made(name: str) -> Result:
    """Return one of them, made once."""
    return BUILDERS[name]()


def _trained(what: str) -> Documented:
    network, recipe, _ = plan_training(layers="flatten, dense 10", settings={"epochs": 2, "validation": 0.5})
    some = cnnviz.open_images("sample")[:100]
    if what == "Folds":
        return cross_validate(network, some, recipe, 2)
    if what == "Trials":
        return try_all(network, some, recipe, {"rate": ("0.01", "1e-5")})
    return cnnviz.train(network, some, recipe=recipe)


def _labels() -> LabelEvaluation:
    from keras import Sequential, layers

    net = Sequential([layers.Input((28, 28, 1)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(2, "sigmoid")])
    dark = images().pixels.mean(axis=(1, 2, 3)) < 70
    tagged = np.stack([dark, images().labels == 0], axis=1)
    return evaluate_labels(cnnviz.wrap(net, scale="0-1", head="multilabel"), images(), tagged, rounds=50)


def _regression() -> Result:
    from keras import Sequential, layers

    net = Sequential([layers.Input((28, 28, 1)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(2)])
    probe, light = cnnviz.wrap(net, scale="0-1", head="regression"), images().pixels.mean(axis=(1, 2, 3))
    return cnnviz.evaluate(probe, (images().pixels, np.stack([light / 255, 1 / light], axis=1)), rounds=50)


#: What has a document and a table, but is saved and shown otherwise: as a model, or as its snapshots.
DOCUMENTED: dict[str, Callable[[], Documented]] = {
    "Folds": lambda: _trained("Folds"),
    "ModelSummary": lambda: model_summary(probe()),
    "QualityCheck": lambda: check_quality(probe(), images(), min_accuracy=0.5, max_dead=0.5),
    "Pruned": lambda: prune(probe(), images(), remove={"dense1": 60}),
    "Trained": lambda: _trained("Trained"),
    "Trials": lambda: _trained("Trials"),
}


@cache
def documented(name: str) -> Documented:
    """Return a result of any kind, made once."""
    return made(name) if name in BUILDERS else DOCUMENTED[name]()
