"""Targets of explanations: a score from the logits, or a channel of a layer.

A target is a weighted sum of logits, so that one compiled function serves all targets. Any other function of logits can
be given instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from .deprecation import earlier_name
from .errors import UsageError

#: Any function from logits (n, classes) to scores (n,) that works on arrays and on tensors.
Function = Callable[[Any], Any]


class Target:
    """A score that is a weighted sum of an image's logits."""

    #: Whether the weights depend on the values of the logits.
    asks_first = False

    def weights(self, logits: np.ndarray) -> np.ndarray:
        """Return the weight of each logit, float32 (n, classes); reads only the shape, unless ``asks_first``."""
        raise NotImplementedError

    def scores(self, logits: np.ndarray) -> np.ndarray:
        """Return the scores (n,) of logits (n, classes)."""
        return np.asarray((self.weights(logits) * logits).sum(axis=1))

    def classes(self, logits: np.ndarray) -> np.ndarray:
        """Return the class of each score, (n,) int64: the one with the largest weight."""
        return self.weights(logits).argmax(axis=1)

    def take(self, part: slice | Sequence[int] | np.ndarray) -> Target:
        """Return the target for some of the images."""
        return self

    def words(self, class_names: Sequence[str]) -> str:
        """Return a short caption, such as "Shirt" or "Shirt − T-shirt/top"."""
        raise NotImplementedError


@dataclass(frozen=True)
class Ranked(Target):
    """The class with the highest logit of each image, or with ``rank`` 1, 2, … the ones that follow."""

    rank: int = 0
    asks_first = True

    def weights(self, logits: np.ndarray) -> np.ndarray:
        """Return the weights of the logits."""
        if self.rank >= logits.shape[1]:
            raise UsageError(f"there is no class of rank {self.rank + 1}: the model has {logits.shape[1]}")
        order = np.argsort(-logits, axis=1, kind="stable")
        return _one_hot(order[:, self.rank], logits.shape[1])

    def words(self, class_names: Sequence[str]) -> str:
        """Return a short caption."""
        return "predicted class" if self.rank == 0 else f"class of rank {self.rank + 1}"


@dataclass(frozen=True)
class OneClass(Target):
    """The logit of one class, the same for every image."""

    index: int

    def weights(self, logits: np.ndarray) -> np.ndarray:
        """Return the weights of the logits."""
        return _one_hot(np.full(len(logits), self.index), logits.shape[1])

    def words(self, class_names: Sequence[str]) -> str:
        """Return a short caption."""
        return class_names[self.index]


@dataclass(frozen=True, eq=False)
class PerImageClass(Target):
    """A class for each image, its label for example; ``chosen`` is (n,) int64."""

    chosen: np.ndarray
    name: str = "own class"

    def weights(self, logits: np.ndarray) -> np.ndarray:
        """Return the weights of the logits."""
        return _one_hot(self.chosen, logits.shape[1])

    def take(self, part: slice | Sequence[int] | np.ndarray) -> PerImageClass:
        """Return the target for some of the images."""
        return replace(self, chosen=self.chosen[part])

    def words(self, class_names: Sequence[str]) -> str:
        """Return a short caption."""
        return self.name


@dataclass(frozen=True)
class Contrast(Target):
    """The difference of two targets: why the first and not the second."""

    first: Target
    second: Target

    @property
    def asks_first(self) -> bool:  # type: ignore[override]
        """Whether either target depends on the values of the logits."""
        return self.first.asks_first or self.second.asks_first

    def weights(self, logits: np.ndarray) -> np.ndarray:
        """Return the weights of the logits."""
        return self.first.weights(logits) - self.second.weights(logits)

    def classes(self, logits: np.ndarray) -> np.ndarray:
        """Return the class of the first target."""
        return self.first.classes(logits)

    def take(self, part: slice | Sequence[int] | np.ndarray) -> Contrast:
        """Return the target for some of the images."""
        return Contrast(self.first.take(part), self.second.take(part))

    def words(self, class_names: Sequence[str]) -> str:
        """Return a short caption."""
        return f"{self.first.words(class_names)} − {self.second.words(class_names)}"


@dataclass(frozen=True, eq=False)
class Weighted(Target):
    """A target with fixed weights, float32 (n, classes)."""

    given: np.ndarray

    def weights(self, logits: np.ndarray) -> np.ndarray:
        """Return the weights of the logits."""
        return self.given

    def take(self, part: slice | Sequence[int] | np.ndarray) -> Weighted:
        """Return the target for some of the images."""
        return Weighted(self.given[part])

    def repeated(self, times: int) -> Weighted:
        """Return the weights repeated ``times`` times, for copies of all images one after the other."""
        return Weighted(np.tile(self.given, (times, 1)))

    def words(self, class_names: Sequence[str]) -> str:
        """Return a short caption."""
        return "weighted logits"


@dataclass(frozen=True)
class Channel:
    """One channel of a layer, or one unit: its value at ``cell`` (row, column), or where it is highest.

    Units have no cells. Unlike other targets it is read at ``layer`` and not from the logits.
    """

    layer: str
    index: int
    cell: tuple[int, int] | None = None

    def words(self, class_names: Sequence[str]) -> str:
        """Return a short caption: "conv2/17"."""
        at = "" if self.cell is None else f" at {self.cell[0]}, {self.cell[1]}"
        return f"{self.layer}/{self.index}{at}"


@dataclass(frozen=True, eq=False)
class PerImageCell:
    """A cell of a channel for each image; ``places`` is (n, 2): the cell, counted row by row, and the channel."""

    layer: str
    places: np.ndarray

    def take(self, part: slice | Sequence[int] | np.ndarray) -> PerImageCell:
        """Return the target for some of the images."""
        return replace(self, places=self.places[part])

    def repeated(self, times: int) -> PerImageCell:
        """Return the places repeated ``times`` times, for copies of all images one after the other."""
        return replace(self, places=np.tile(self.places, (times, 1)))

    def words(self, class_names: Sequence[str]) -> str:
        """Return a short caption."""
        return f"cells of {self.layer}"


@dataclass(frozen=True, eq=False)
class Region:
    """A class of a segmentation over a region: the sum, or the mean, of one map of a layer over some of its cells.

    ``mask`` weighs the cells, (rows, columns) for all images or (n, rows, columns) for each, of bool or numbers; None
    is the whole map. The layer's softmax or sigmoid is left out if it is the model's last. Vinogradova et al. 2020,
    "Towards interpretable semantic segmentation via gradient-weighted class activation mapping", equation 2.
    """

    layer: str
    index: int
    mask: np.ndarray | None = None
    mean: bool = False
    name: str = "a region"

    def take(self, part: slice | Sequence[int] | np.ndarray) -> Region:
        """Return the target for some of the images."""
        return self if self.mask is None or self.mask.ndim == 2 else replace(self, mask=self.mask[part])

    def repeated(self, times: int) -> Region:
        """Return the masks repeated ``times`` times, for copies of all images one after the other."""
        if self.mask is None or self.mask.ndim == 2:
            return self
        return replace(self, mask=np.tile(self.mask, (times, 1, 1)))

    def words(self, class_names: Sequence[str]) -> str:
        """Return a short caption: "out/3 over a region"."""
        where = "all cells" if self.mask is None else self.name
        return f"{'mean of ' if self.mean else ''}{self.layer}/{self.index} over {where}"


#: The predicted class, the default target.
PREDICTED = Ranked(0)


def _one_hot(index: np.ndarray, classes: int) -> np.ndarray:
    rows = np.zeros((len(index), classes), np.float32)
    rows[np.arange(len(index)), index] = 1
    return rows


#: Any target.
AnyTarget = Target | Channel | PerImageCell | Region | Function
#: Those that are read at a layer instead of the logits.
LayerTarget = Channel | PerImageCell | Region
#: What is accepted wherever a target is: a class or output by name or number, "predicted", "second", "true", a channel
#: ("conv2/17"), a pixel or region of a segmentation ("2@12,30", "2@0,0-16,16", "2@all"), or any target.
TargetLike: TypeAlias = int | str | AnyTarget
#: A target for all images, or a class for each.
TargetsLike: TypeAlias = TargetLike | Sequence[int | str] | np.ndarray
#: A class to subtract the score of, given in the same ways.
ClassLike: TypeAlias = int | str | Target


def part_of(target: AnyTarget, part: slice | Sequence[int] | np.ndarray) -> AnyTarget:
    """Return the target for some of the images."""
    return target.take(part) if isinstance(target, Target | PerImageCell | Region) else target


def words_of(target: AnyTarget, class_names: Sequence[str]) -> str:
    """Return a target's short caption."""
    return target.words(class_names) if isinstance(target, Target | LayerTarget) else "a function of logits"


def __getattr__(name: str) -> Any:
    return earlier_name(__name__, name, {"EachOwn": "PerImageClass", "Cells": "PerImageCell"}, globals())
