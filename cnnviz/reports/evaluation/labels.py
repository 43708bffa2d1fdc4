"""Evaluation with several labels per image: figures of each label, and the mean average precision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cnnviz.core.class_scores import require_classes
from cnnviz.core.errors import DataError, UsageError
from cnnviz.core.number_words import counted
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.white import WhiteLike
from cnnviz.features.predictions import run_predictions
from cnnviz.features.prepare_inputs import prepare

from . import label_tables
from .bootstrap import LEVEL, ROUNDS
from .label_figures import LabelFigures, label_figures
from .row_evaluation import RowEvaluation
from .true_values import with_labels

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe

#: The probability from which a label counts as predicted, and the images of each kind of mistake of a label.
THRESHOLD = 0.5
SHOWN = 12


@dataclass(frozen=True, eq=False)
class LabelEvaluation(RowEvaluation):
    """The predictions of a multilabel model for images with several labels each, and their figures.

    ``images.label_rows`` are the true labels, bool (n, k), and ``probabilities`` float32 (n, k); a label is predicted
    at a probability of ``threshold`` or more.
    Figures of each label are float64 (k,), NaN where they are undefined: precision of a label that is never predicted,
    recall and average precision of one that no image has.
    """

    kind: ClassVar[str] = "label evaluation"
    _tables: ClassVar[Any] = label_tables

    threshold: float = field(kw_only=True)

    def __post_init__(self) -> None:
        rows = self.images.label_rows
        if rows is None or rows.dtype != bool or rows.shape != self.probabilities.shape or not len(self):
            raise DataError(f"{self.images.source} is not labeled with the model's labels, 0 or 1 for each")
        if not 0 < self.threshold < 1:
            raise UsageError(f"threshold is {self.threshold:g}; give one between 0 and 1")
        super().__post_init__()

    def __repr__(self) -> str:
        return (
            f"LabelEvaluation({counted(len(self), 'image')} of {self.images.source!r} by {self.model.name!r}: "
            f"mean average precision {self.mean_average_precision:.3f})"
        )

    @property
    def labels(self) -> np.ndarray:
        """Whether each image has each label, bool (n, k)."""
        assert self.images.label_rows is not None
        return self.images.label_rows

    @cached_property
    def predicted_labels(self) -> np.ndarray:
        """Whether each label is predicted, bool (n, k)."""
        return self.probabilities >= self.threshold

    @cached_property
    def figures(self) -> LabelFigures:
        """The figures of the labels with their intervals."""
        random = np.random.default_rng([self.seed, 0])
        return label_figures(self.labels, self.probabilities, self.predicted_labels, self.rounds, self.level, random)

    @property
    def precision(self) -> np.ndarray:
        """The share of images predicted to have a label that have it, (k,)."""
        return self.figures.precision.value

    @property
    def recall(self) -> np.ndarray:
        """The share of images with a label for which it is predicted, (k,)."""
        return self.figures.recall.value

    @property
    def f1(self) -> np.ndarray:
        """The harmonic mean of precision and recall, (k,); NaN for a label that is neither there nor predicted."""
        return self.figures.f1.value

    @property
    def average_precision(self) -> np.ndarray:
        """The average precision of each label, (k,), see ``label_figures.average_precision``."""
        return self.figures.average_precision.value

    @property
    def mean_average_precision(self) -> float:
        """The mean of the average precisions over the labels that any image has (mAP)."""
        return self.figures.mean_average_precision.value

    @property
    def exact(self) -> float:
        """The share of images with exactly the predicted labels."""
        return self.figures.exact.value

    @property
    def together(self) -> np.ndarray:
        """How many images have two labels, int64 (k, k); the diagonal counts the images of each label."""
        held = self.labels.astype(np.float64)
        return np.asarray(np.rint(held.T @ held), np.int64)

    def false_alarms(self, label: int, most: int = SHOWN) -> np.ndarray:
        """Return positions of images for which a label is wrongly predicted, the most probable first."""
        wrong = np.flatnonzero(self.predicted_labels[:, label] & ~self.labels[:, label])
        return wrong[np.argsort(-self.probabilities[wrong, label], kind="stable")][:most]

    def misses(self, label: int, most: int = SHOWN) -> np.ndarray:
        """Return positions of images for which a label is wrongly not predicted, the least probable first."""
        wrong = np.flatnonzero(~self.predicted_labels[:, label] & self.labels[:, label])
        return wrong[np.argsort(self.probabilities[wrong, label], kind="stable")][:most]


def evaluate_labels(
    model: ModelLike,
    images: ImagesLike,
    labels: np.ndarray | Iterable[Iterable[int]] | None = None,
    *,
    threshold: float = THRESHOLD,
    seed: int = 0,
    rounds: int = ROUNDS,
    level: float = LEVEL,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> LabelEvaluation:
    """Evaluate a model on images with several labels each; ``labels`` is (n, k), 1 where an image has a label.

    Without ``labels`` the images come with them, as in ``evaluate``. The model's head is multilabel: open it with
    ``head="multilabel"`` if it is not. ``model`` and ``images`` are as for ``activations``. DataError for labels of
    another shape or with other values than 0 and 1, UsageError for a model of another head.
    """
    how: dict[str, Any] = {"threshold": threshold, "seed": seed, "rounds": rounds, "level": level}
    _check_threshold(threshold)
    probe, images = prepare(model, images, invert, fit, bands, white)
    if labels is not None:
        images = _labeled(probe, images, np.asarray(labels))
    return run_label_evaluation(probe, images, batch_size=batch_size, progress=progress, **how)


def run_label_evaluation(
    probe: Probe,
    images: Images,
    *,
    threshold: float = THRESHOLD,
    seed: int = 0,
    rounds: int = ROUNDS,
    level: float = LEVEL,
    batch_size: int | None = None,
    progress: Progress = silent,
) -> LabelEvaluation:
    """Evaluate an open model on images prepared for it; see ``evaluate_labels``."""
    _check_threshold(threshold)
    _check_multilabel(probe)
    # Checked before the model runs, which may take a while.
    images = with_labels(images, probe.card)
    said = run_predictions(probe, images, batch_size=batch_size, progress=progress)
    how: dict[str, Any] = {"threshold": threshold, "seed": seed, "rounds": rounds, "level": level}
    return LabelEvaluation(said.images, said.model, said.probabilities, network=said.network, **how)


def _check_threshold(threshold: float) -> None:
    if not 0 < threshold < 1:
        raise UsageError(f"threshold is {threshold:g}; give one between 0 and 1")


def _check_multilabel(probe: Probe) -> None:
    require_classes(probe.card, "labels to evaluate")
    if probe.card.head != "multilabel":
        raise UsageError(
            f"{probe.card.name} is opened as {probe.card.head}, with one class per image; open it with --head "
            'multilabel, in Python head="multilabel", or give one label per image to evaluate'
        )


def _labeled(probe: Probe, images: Images, given: np.ndarray) -> Images:
    """Return the images with given labels, in the order of the model's."""
    _check_multilabel(probe)
    wanted = (len(images), len(probe.class_names))
    if given.shape != wanted or not len(images):
        raise DataError(
            f"the labels have shape {given.shape}; {len(images)} images and a model of {wanted[1]} labels need {wanted}"
        )
    if given.dtype.kind not in "buif" or not np.isin(given, (0, 1)).all():
        raise DataError("the labels have other values than 0 and 1; give 1 where an image has a label")
    return replace(images, labels=None, label_rows=given.astype(bool), class_names=probe.class_names)
