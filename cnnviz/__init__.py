"""See what a Keras image classifier learned.

>>> import cnnviz
>>> probe = cnnviz.open_model("fmnist-cnn")
>>> images = cnnviz.open_images("sample")[:3]
>>> cnnviz.activations(probe, images, layer="conv2")["conv2"].shape
(3, 11, 11, 64)

Importing cnnviz loads neither TensorFlow nor NumPy: each public name is imported on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnviz import callbacks
    from cnnviz.ablation.ablate import ablate
    from cnnviz.ablation.prune import prune
    from cnnviz.ablation.pruned import Pruned
    from cnnviz.ablation.result import Ablation
    from cnnviz.arena.result import Arena
    from cnnviz.arena.run import run_arena
    from cnnviz.attribution.attribute import attribute, stream_attributions
    from cnnviz.attribution.confused_pairs import ConfusedPairs, confused_pairs
    from cnnviz.attribution.heatmaps import Heatmaps, heatmaps
    from cnnviz.attribution.reconstruct import Reconstructions, reconstruct
    from cnnviz.attribution.result import Attribution
    from cnnviz.callbacks.snapshot_series import SnapshotSeries, open_snapshots
    from cnnviz.core import targets
    from cnnviz.core.errors import (
        CnnvizError,
        DataError,
        DivergedError,
        ModelError,
        OutputError,
        QualityGateError,
        UnknownNameError,
        UsageError,
    )
    from cnnviz.data.augmentation.augment import augment
    from cnnviz.data.images import Images
    from cnnviz.data.open import ImagesLike, open_images
    from cnnviz.data.synthesis.digits import synth_digits
    from cnnviz.features.activations import Activations, activations, stream_activations
    from cnnviz.features.filters.result import Filters
    from cnnviz.features.predictions import Predictions, predict
    from cnnviz.features.representation.embedding import Embedding, embedding
    from cnnviz.features.representation.layer_statistics import Statistics, layer_statistics
    from cnnviz.features.representation.similarity import Similarity, similarity
    from cnnviz.features.responses import Responses, responses
    from cnnviz.maximization.maximize import maximize
    from cnnviz.maximization.result import Maximized
    from cnnviz.models.open import ModelLike, open_model, wrap
    from cnnviz.models.probe import Probe
    from cnnviz.reports.class_pair import ClassPair, compare_classes
    from cnnviz.reports.comparison import Comparison, compare
    from cnnviz.reports.dataset.profile import profile_images
    from cnnviz.reports.dataset.result import DataReport
    from cnnviz.reports.evaluation.evaluate import evaluate
    from cnnviz.reports.evaluation.labels import LabelEvaluation, evaluate_labels
    from cnnviz.reports.evaluation.regression import RegressionEvaluation
    from cnnviz.reports.evaluation.result import Evaluation
    from cnnviz.reports.filters import filters
    from cnnviz.reports.quality.check_quality import check_quality
    from cnnviz.reports.quality.result import QualityCheck
    from cnnviz.reports.report import Report, report
    from cnnviz.reports.row_comparison import RowComparison
    from cnnviz.reports.trust.result import Trust
    from cnnviz.reports.trust.run import trust
    from cnnviz.training.recipe import TrainingRecipe
    from cnnviz.training.result import Trained
    from cnnviz.training.train import train

#: Public names and the modules that define them.
_HOME = {
    "Ablation": "cnnviz.ablation.result",
    "Activations": "cnnviz.features.activations",
    "Arena": "cnnviz.arena.result",
    "Attribution": "cnnviz.attribution.result",
    "ClassPair": "cnnviz.reports.class_pair",
    "CnnvizError": "cnnviz.core.errors",
    "Comparison": "cnnviz.reports.comparison",
    "ConfusedPairs": "cnnviz.attribution.confused_pairs",
    "DataError": "cnnviz.core.errors",
    "DataReport": "cnnviz.reports.dataset.result",
    "DivergedError": "cnnviz.core.errors",
    "Embedding": "cnnviz.features.representation.embedding",
    "Evaluation": "cnnviz.reports.evaluation.result",
    "Filters": "cnnviz.features.filters.result",
    "Heatmaps": "cnnviz.attribution.heatmaps",
    "Images": "cnnviz.data.images",
    "ImagesLike": "cnnviz.data.open",
    "LabelEvaluation": "cnnviz.reports.evaluation.labels",
    "Maximized": "cnnviz.maximization.result",
    "ModelError": "cnnviz.core.errors",
    "ModelLike": "cnnviz.models.open",
    "OutputError": "cnnviz.core.errors",
    "Predictions": "cnnviz.features.predictions",
    "Probe": "cnnviz.models.probe",
    "Pruned": "cnnviz.ablation.pruned",
    "QualityCheck": "cnnviz.reports.quality.result",
    "QualityGateError": "cnnviz.core.errors",
    "Reconstructions": "cnnviz.attribution.reconstruct",
    "RegressionEvaluation": "cnnviz.reports.evaluation.regression",
    "Report": "cnnviz.reports.report",
    "Responses": "cnnviz.features.responses",
    "RowComparison": "cnnviz.reports.row_comparison",
    "Similarity": "cnnviz.features.representation.similarity",
    "SnapshotSeries": "cnnviz.callbacks.snapshot_series",
    "Statistics": "cnnviz.features.representation.layer_statistics",
    "Trained": "cnnviz.training.result",
    "Trust": "cnnviz.reports.trust.result",
    "TrainingRecipe": "cnnviz.training.recipe",
    "UnknownNameError": "cnnviz.core.errors",
    "UsageError": "cnnviz.core.errors",
    "ablate": "cnnviz.ablation.ablate",
    "activations": "cnnviz.features.activations",
    "attribute": "cnnviz.attribution.attribute",
    "augment": "cnnviz.data.augmentation.augment",
    "check_quality": "cnnviz.reports.quality.check_quality",
    "compare": "cnnviz.reports.comparison",
    "compare_classes": "cnnviz.reports.class_pair",
    "confused_pairs": "cnnviz.attribution.confused_pairs",
    "embedding": "cnnviz.features.representation.embedding",
    "evaluate": "cnnviz.reports.evaluation.evaluate",
    "evaluate_labels": "cnnviz.reports.evaluation.labels",
    "filters": "cnnviz.reports.filters",
    "heatmaps": "cnnviz.attribution.heatmaps",
    "layer_statistics": "cnnviz.features.representation.layer_statistics",
    "maximize": "cnnviz.maximization.maximize",
    "open_images": "cnnviz.data.open",
    "open_model": "cnnviz.models.open",
    "open_snapshots": "cnnviz.callbacks.snapshot_series",
    "predict": "cnnviz.features.predictions",
    "profile_images": "cnnviz.reports.dataset.profile",
    "prune": "cnnviz.ablation.prune",
    "reconstruct": "cnnviz.attribution.reconstruct",
    "report": "cnnviz.reports.report",
    "responses": "cnnviz.features.responses",
    "run_arena": "cnnviz.arena.run",
    "similarity": "cnnviz.features.representation.similarity",
    "stream_activations": "cnnviz.features.activations",
    "stream_attributions": "cnnviz.attribution.attribute",
    "synth_digits": "cnnviz.data.synthesis.digits",
    "train": "cnnviz.training.train",
    "trust": "cnnviz.reports.trust.run",
    "wrap": "cnnviz.models.open",
}
#: Public modules.
_MODULES = {"callbacks": "cnnviz.callbacks", "targets": "cnnviz.core.targets"}

__all__ = [
    "Ablation",
    "Activations",
    "Arena",
    "Attribution",
    "ClassPair",
    "CnnvizError",
    "Comparison",
    "ConfusedPairs",
    "DataError",
    "DataReport",
    "DivergedError",
    "Embedding",
    "Evaluation",
    "Filters",
    "Heatmaps",
    "Images",
    "ImagesLike",
    "LabelEvaluation",
    "Maximized",
    "ModelError",
    "ModelLike",
    "OutputError",
    "Predictions",
    "Probe",
    "Pruned",
    "QualityCheck",
    "QualityGateError",
    "Reconstructions",
    "RegressionEvaluation",
    "Report",
    "Responses",
    "RowComparison",
    "Similarity",
    "SnapshotSeries",
    "Statistics",
    "Trained",
    "TrainingRecipe",
    "Trust",
    "UnknownNameError",
    "UsageError",
    "__version__",
    "ablate",
    "activations",
    "attribute",
    "augment",
    "callbacks",
    "check_quality",
    "compare",
    "compare_classes",
    "confused_pairs",
    "embedding",
    "evaluate",
    "evaluate_labels",
    "filters",
    "heatmaps",
    "layer_statistics",
    "maximize",
    "open_images",
    "open_model",
    "open_snapshots",
    "predict",
    "profile_images",
    "prune",
    "reconstruct",
    "report",
    "responses",
    "run_arena",
    "similarity",
    "stream_activations",
    "stream_attributions",
    "synth_digits",
    "targets",
    "train",
    "trust",
    "wrap",
]

__version__ = "0.1.0"

#: Deprecated public names, removed in the next release.
_RENAMED = {"Recipe": "TrainingRecipe"}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    if name in _RENAMED:
        from cnnviz.core.deprecation import warn_renamed

        warn_renamed(f"cnnviz.{name}", f"cnnviz.{_RENAMED[name]}")
        return __getattr__(_RENAMED[name])
    if name not in _HOME:
        raise AttributeError(f"module 'cnnviz' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
