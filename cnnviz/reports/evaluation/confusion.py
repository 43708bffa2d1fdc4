"""The confusion matrix, as cells and as ranked pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Confusion:
    """The non-empty cells of a confusion matrix, in class order.

    ``label``, ``said`` and ``count`` are (cells,) int64: the true class, the predicted class, the number of images;
    ``classes`` is the number of classes.
    """

    label: np.ndarray
    said: np.ndarray
    count: np.ndarray
    classes: int

    @property
    def matrix(self) -> np.ndarray:
        """Counts with a row per true class and a column per predicted class: (classes, classes) int64."""
        dense = np.zeros((self.classes, self.classes), np.int64)
        dense[self.label, self.said] = self.count
        return dense

    @property
    def of(self) -> np.ndarray:
        """The number of images of each class, (classes,)."""
        return np.bincount(self.label, self.count, self.classes).astype(np.int64)

    @property
    def called(self) -> np.ndarray:
        """The number of images predicted as each class, (classes,)."""
        return np.bincount(self.said, self.count, self.classes).astype(np.int64)

    @property
    def right(self) -> np.ndarray:
        """The number of right predictions for each class, (classes,)."""
        own = self.label == self.said
        return np.bincount(self.label[own], self.count[own], self.classes).astype(np.int64)

    def shares(self, by: str) -> np.ndarray:
        """Return the matrix as shares of each true class ("row") or predicted class ("column"); NaN without images."""
        whole = self.of[:, None] if by == "row" else self.called[None]
        return np.where(whole > 0, self.matrix / np.maximum(whole, 1), np.nan)

    @property
    def pairs(self) -> tuple[ConfusedPair, ...]:
        """Confused pairs, the most frequent first; ties by the larger share of the true class."""
        wrong = np.flatnonzero(self.label != self.said)
        of = self.of[self.label]
        order = wrong[np.lexsort((self.said[wrong], self.label[wrong], -(self.count / of)[wrong], -self.count[wrong]))]
        return tuple(ConfusedPair(int(self.label[i]), int(self.said[i]), int(self.count[i]), int(of[i])) for i in order)


@dataclass(frozen=True)
class ConfusedPair:
    """A confused pair: ``count`` of the ``of`` images of class ``label`` are predicted as class ``said``."""

    label: int
    said: int
    count: int
    of: int

    def words(self, names: tuple[str, ...]) -> str:
        """Return "98 of 1,000 images of T-shirt/top are mistaken for Shirt"."""
        pictures = "image" if self.of == 1 else "images"
        verb = "is" if self.count == 1 else "are"
        return f"{self.count:,} of {self.of:,} {pictures} of {names[self.label]} {verb} mistaken for {names[self.said]}"


def confusion(truth: np.ndarray, predicted: np.ndarray, classes: int) -> Confusion:
    """Return the confusion matrix of true and predicted classes."""
    cells, counts = np.unique(truth.astype(np.int64) * classes + predicted, return_counts=True)
    return Confusion(cells // classes, cells % classes, counts.astype(np.int64), classes)
