"""Batches of an epoch, reproducible by seed and prefetched during the previous step."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from cnnviz.data.augmentation.augment import changed, chosen_changes
from cnnviz.data.augmentation.change import Change
from cnnviz.data.images import Images

from .recipe import TrainingRecipe

#: Random streams of a seed: the order of an epoch, and the augmentation of a step.
ORDER, CHANGE = 0, 1


@dataclass(frozen=True)
class Batch:
    """One step: inputs (b, h, w, c) in 0…1, labels (b,), weights (b,), and a teacher's predictions.

    ``taught`` are the teacher's probabilities, (b, classes), or (0, classes) without a teacher.
    """

    inputs: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    taught: np.ndarray


@dataclass(frozen=True, eq=False)
class Batches:
    """The training images, in newly shuffled batches each epoch.

    Order and augmentation depend only on the seed and the numbers of epoch and step, so a resumed training gets the
    same batches. The last batch of an epoch may be smaller. ``taught`` are a teacher's probabilities, (n, classes).
    """

    images: Images
    recipe: TrainingRecipe
    taught: np.ndarray | None = None
    changes: tuple[Change, ...] = field(init=False)
    worth: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        chosen = chosen_changes(self.recipe.changes) if self.recipe.changes else ()
        object.__setattr__(self, "changes", chosen)
        counts = np.bincount(self._labels, minlength=len(self.images.class_names))
        each = len(self.images) / np.maximum(1, counts) / max(1, int(np.count_nonzero(counts)))
        object.__setattr__(self, "worth", np.float32(each if self.recipe.balanced else np.ones(len(counts))))

    @property
    def steps(self) -> int:
        """The number of batches per epoch."""
        return -(-len(self.images) // self.recipe.batch_size)

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Batch]:
        """Yield the batches of an epoch from step ``first`` on."""
        order = np.random.default_rng((self.recipe.seed, ORDER, epoch)).permutation(len(self.images))
        size = self.recipe.batch_size
        with ThreadPoolExecutor(1, "batches") as worker:
            ahead: Future[Batch] | None = None
            for step in range(first, self.steps + 1):
                ready, ahead = ahead, None
                if step < self.steps:
                    which = order[step * size : (step + 1) * size]
                    ahead = worker.submit(self._batch, which, epoch, step)
                if ready is not None:
                    yield ready.result()

    def _batch(self, which: np.ndarray, epoch: int, step: int) -> Batch:
        pixels = self.images.pixels[which]
        if self.changes:
            rng = np.random.default_rng((self.recipe.seed, CHANGE, epoch, step))
            pixels = changed(pixels, self.images.peak, self.changes, rng)
        labels = self._labels[which].astype(np.int32)
        taught = np.empty((0, len(self.worth)), np.float32) if self.taught is None else self.taught[which]
        return Batch(pixels.astype(np.float32) / np.float32(self.images.peak), labels, self.worth[labels], taught)

    @property
    def _labels(self) -> np.ndarray:
        assert self.images.labels is not None
        return self.images.labels
