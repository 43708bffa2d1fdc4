"""Evaluation with several labels per image: figures of each label, and the mean average precision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cnnviz.core.class_scores import require_classes
from cnnviz.core.csv_text import Cell
from cnnviz.core.documented import Documented
from cnnviz.core.errors import DataError, UsageError
from cnnviz.core.json_document import SCHEMA_VERSION
from cnnviz.core.model_card import ModelCard
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.features.document import finite_or_none
from cnnviz.features.predictions import run_predictions
from cnnviz.features.prepare_inputs import prepare

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike

COLUMNS = ("label", "images", "predicted", "precision", "recall", "f1", "average_precision")


@dataclass(frozen=True, eq=False)
class LabelEvaluation(Documented):
    """The predictions of a multilabel model compared with several labels per image.

    ``labels`` is bool (n, k), ``probabilities`` float32 (n, k); a label is predicted at a probability of ``threshold``
    or more. Figures of each label are float64 (k,), NaN where they are undefined: precision of a label that is never
    predicted, recall and average precision of one that no image has.
    """

    kind: ClassVar[str] = "label evaluation"

    model: ModelCard
    source: str
    labels: np.ndarray
    probabilities: np.ndarray
    threshold: float = 0.5

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return (
            f"LabelEvaluation({len(self):,} images of {self.source!r} by {self.model.name!r}: "
            f"mean average precision {self.mean_average_precision:.3f})"
        )

    @cached_property
    def predicted(self) -> np.ndarray:
        """Whether each label is predicted, bool (n, k)."""
        return self.probabilities >= self.threshold

    @cached_property
    def precision(self) -> np.ndarray:
        """The share of images predicted to have a label that have it, (k,)."""
        return _shares((self.predicted & self.labels).sum(axis=0), self.predicted.sum(axis=0))

    @cached_property
    def recall(self) -> np.ndarray:
        """The share of images with a label for which it is predicted, (k,)."""
        return _shares((self.predicted & self.labels).sum(axis=0), self.labels.sum(axis=0))

    @cached_property
    def f1(self) -> np.ndarray:
        """The harmonic mean of precision and recall, (k,); NaN for a label that is neither there nor predicted."""
        hits = (self.predicted & self.labels).sum(axis=0)
        return _shares(2 * hits, self.predicted.sum(axis=0) + self.labels.sum(axis=0))

    @cached_property
    def average_precision(self) -> np.ndarray:
        """The average precision of each label, (k,), see ``average_precision``."""
        return np.array([average_precision(*pair) for pair in zip(self.labels.T, self.probabilities.T, strict=True)])

    @property
    def mean_average_precision(self) -> float:
        """The mean of the average precisions over the labels that any image has (mAP)."""
        return float(np.nanmean(self.average_precision))

    @property
    def exact(self) -> float:
        """The share of images with exactly the predicted labels."""
        return float((self.predicted == self.labels).all(axis=1).mean())

    def document(self) -> dict[str, Any]:
        """Return the model, the mean figures, and those of each label."""
        columns, *rows = self.table_rows()
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": self.kind,
            "model": {"name": self.model.name, "hash": self.model.hash},
            "source": self.source,
            "pictures": len(self),
            "threshold": self.threshold,
            "mean_average_precision": finite_or_none(self.mean_average_precision),
            "exact": finite_or_none(self.exact),
            "labels": [dict(zip(columns, row, strict=True)) for row in rows],
        }

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield COLUMNS, then a row for each label."""
        yield COLUMNS
        figures = (self.precision, self.recall, self.f1, self.average_precision)
        for i, name in enumerate(self.model.class_names):
            counts = int(self.labels[:, i].sum()), int(self.predicted[:, i].sum())
            yield name, *counts, *(finite_or_none(held[i]) for held in figures)


def average_precision(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct scores, highest first; NaN without a positive.

    P and R are precision and recall at a threshold of the score; images of equal score count together, so that their
    order has no effect.
    """
    if not labels.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(labels[order])
    # The last image of each distinct score.
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    gained = np.diff(hits[ends], prepend=0)
    return float((gained / hits[-1] * hits[ends] / (ends + 1)).sum())


def evaluate_labels(
    model: ModelLike,
    images: ImagesLike,
    labels: np.ndarray | Iterable[Iterable[int]],
    *,
    threshold: float = 0.5,
    batch_size: int | None = None,
    invert: Invert = "auto",
    progress: Progress = silent,
) -> LabelEvaluation:
    """Evaluate a model on images with several labels each; ``labels`` is (n, k), 1 where an image has a label.

    The model's head is multilabel: open it with ``head="multilabel"`` if it is not. ``model`` and ``images`` are as
    for ``activations``. DataError for labels of another shape or with other values than 0 and 1, UsageError for a model
    of another head.
    """
    if not 0 < threshold < 1:
        raise UsageError(f"threshold is {threshold:g}; give one between 0 and 1")
    probe, images = prepare(model, images, invert)
    require_classes(probe.card, "labels to evaluate")
    if probe.card.head != "multilabel":
        raise UsageError(
            f"{probe.card.name} is opened as {probe.card.head}, with one class per image; open it with "
            'head="multilabel", or give one label per image to evaluate'
        )
    given = np.asarray(labels)
    wanted = (len(images), len(probe.class_names))
    if given.shape != wanted or not len(images):
        raise DataError(
            f"the labels have shape {given.shape}; {len(images)} images and a model of {wanted[1]} labels need {wanted}"
        )
    if given.dtype.kind not in "buif" or not np.isin(given, (0, 1)).all():
        raise DataError("the labels have other values than 0 and 1; give 1 where an image has a label")
    said = run_predictions(probe, images, batch_size=batch_size, progress=progress)
    return LabelEvaluation(said.model, images.source, given.astype(bool), said.probabilities, threshold)


def _shares(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(part / whole, np.float64)
