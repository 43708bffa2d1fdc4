"""Predictions: the base of every result and page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from cnnviz.core.deprecation import Renamed
from cnnviz.core.exported_network import NetworkSource
from cnnviz.core.model_card import ModelCard
from cnnviz.core.progress import Progress, silent
from cnnviz.data.background import Invert
from cnnviz.data.images import Images

from .lazy_network import LazyNetwork
from .prepare import prepare

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe


@dataclass(frozen=True, eq=False)
class Predictions:
    """A model's predictions for a set of images.

    ``images`` are the images as given to the model, before pixel scaling. ``probabilities`` is float32 (n, classes),
    the softmax or sigmoid of the model's output. ``network`` returns the exported network for a page that runs it; it
    is not saved.
    """

    images: Images
    model: ModelCard
    probabilities: np.ndarray
    network: NetworkSource | None = field(default=None, repr=False, compare=False, kw_only=True)

    counted_as = Renamed("reference_class")

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        return f"Predictions({len(self)} images of {self.images.source!r} by {self.model.name!r})"

    @cached_property
    def predicted(self) -> np.ndarray:
        """The class with the highest probability, (n,) int64."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def confidence(self) -> np.ndarray:
        """The probability of the predicted class, (n,) float32."""
        return self.probabilities.max(axis=1)

    @property
    def truth(self) -> np.ndarray | None:
        """The true classes, (n,) int64; None without labels of the model's classes."""
        return self.images.labels if self.images.class_names == self.model.class_names else None

    @property
    def right(self) -> np.ndarray | None:
        """Whether each prediction is right, (n,) bool; None where ``truth`` is."""
        return None if self.truth is None else self.predicted == self.truth

    @property
    def accuracy(self) -> float | None:
        """The share of right predictions; None where ``truth`` is."""
        return None if self.right is None else float(self.right.mean())

    @property
    def reference_class(self) -> np.ndarray:
        """The class that each image counts for, (n,) int64: its true class if known, else the predicted class."""
        return self.predicted if self.truth is None else self.truth

    def take(self, positions: Sequence[int] | np.ndarray) -> Self:
        """Return the same for the images at these positions, in this order."""
        return replace(self, images=self.images.take(positions), probabilities=self.probabilities[list(positions)])

    def as_predictions(self) -> Predictions:
        """Return the predictions alone, without the fields of a subclass."""
        return Predictions(self.images, self.model, self.probabilities, network=self.network)


def predict(
    model: ModelLike,
    images: ImagesLike,
    *,
    batch_size: int | None = None,
    invert: Invert = "auto",
    progress: Progress = silent,
) -> Predictions:
    """Return a model's predictions for images; arguments are as for ``activations``."""
    probe, images = prepare(model, images, invert)
    return run_predictions(probe, images, batch_size=batch_size, progress=progress)


def run_predictions(
    probe: Probe, images: Images, *, batch_size: int | None = None, progress: Progress = silent
) -> Predictions:
    """Return the predictions for images that are fitted to the probe."""
    logits = np.empty((len(images), len(probe.class_names)), np.float32)
    for part, scores, _ in probe.stream(images, (), batch_size):
        logits[part] = scores
        progress(part.stop, len(images))
    return Predictions(images, probe.card, probe.runner.probabilities(logits), network=LazyNetwork(probe))
