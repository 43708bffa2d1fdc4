"""Gradients and scores of perturbed copies of images, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.targets import AnyTarget, LayerTarget, PerImageCell, Region, Target, Weighted, part_of
from cnnviz.data.images import Images
from cnnviz.models.batch_size import batch_size_for

from .method import Maps

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: The most inputs at once, unless a single copy of all images is more.
AT_ONCE = 512


@dataclass(frozen=True, eq=False)
class Original:
    """The unchanged images of a batch whose perturbed copies are run; each value is computed once, on first use."""

    probe: Probe
    images: Images
    asked: AnyTarget

    @cached_property
    def inputs(self) -> np.ndarray:
        """The model's inputs, float32 (n, *input shape)."""
        return self.probe.inputs(self.images)

    @cached_property
    def logits(self) -> np.ndarray:
        """The logits, float32 (n, classes)."""
        return self.probe.logits(self.images)

    @cached_property
    def target(self) -> AnyTarget:
        """The target with its classes fixed: copies use the class of their original image."""
        if not isinstance(self.asked, Target) or not self.asked.asks_first:
            return self.probe.freeze_target(self.images, self.asked)
        return Weighted(self.asked.weights(self.logits))

    @cached_property
    def scores(self) -> np.ndarray:
        """The target's scores, float32 (n,)."""
        read_at_a_layer = isinstance(self.asked, LayerTarget)
        return self.probe.scores(self.images, self.target, logits=None if read_at_a_layer else self.logits)

    def scores_of(self, inputs: np.ndarray) -> np.ndarray:
        """Return the target's scores of other inputs in place of the images' own, float32 (n,)."""
        flat = inputs.reshape(-1, *self.probe.runner.input_shape)
        return self.probe.scores(flat, self.target, numbers=self.probe.row_numbers(self.images))

    def row_numbers(self, owners: np.ndarray) -> np.ndarray | None:
        """Return the row of further inputs that goes with copies of these images, or None; see row_numbers.py."""
        numbers = self.probe.row_numbers(self.images)
        return None if numbers is None else numbers[owners]

    def maps(self, values: np.ndarray) -> Maps:
        """Return a method's maps together with the scores and logits that were computed for them."""
        held = vars(self)
        return Maps(values, held.get("scores"), held.get("logits"))


def gradients_of_copies(
    original: Original, copies: int, changed: Callable[[range], np.ndarray]
) -> Iterator[np.ndarray]:
    """Yield the input gradients of perturbed copies of the images, (k, n, *input shape), a few copies at a time.

    ``changed`` returns the inputs of a range of copies, (k, n, *input shape).
    """
    target = original.target
    at_once = max(1, AT_ONCE // max(1, len(original.images)))
    for first in range(0, copies, at_once):
        which = range(first, min(first + at_once, copies))
        inputs = changed(which)
        flat = inputs.reshape(-1, *inputs.shape[2:])
        own = target.repeated(len(which)) if isinstance(target, Weighted | PerImageCell | Region) else target
        numbers = original.row_numbers(np.tile(np.arange(len(original.images)), len(which)))
        found = original.probe.value_and_gradients(flat, own, numbers=numbers)
        yield found.gradients[0].reshape(inputs.shape)


def scores_of_copies(original: Original, owners: np.ndarray, changed: Callable[[slice], np.ndarray]) -> np.ndarray:
    """Return the scores of perturbed copies, float32 (copies,), a batch of copies at a time.

    ``owners`` (copies,) is the image that each copy was made from, and ``changed`` returns the inputs (m, h, w, c) of
    a slice of them.
    """
    probe = original.probe
    at_once = min(AT_ONCE, batch_size_for(probe.runner.graph))
    scores = np.empty(len(owners), np.float32)
    for first in range(0, len(owners), at_once):
        part = slice(first, min(first + at_once, len(owners)))
        inputs = changed(part).reshape(-1, *probe.runner.input_shape)
        own, numbers = owners[part], original.row_numbers(owners[part])
        scores[part] = probe.scores(inputs, part_of(original.target, own), numbers=numbers)
    return scores
