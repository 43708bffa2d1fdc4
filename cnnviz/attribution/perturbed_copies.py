"""Sums of gradients and scores of perturbed copies of images, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.targets import AnyTarget, LayerTarget, Target, Weighted, part_of
from cnnviz.data.images import Images
from cnnviz.models.perturbed_scores import PerturbedCopies, perturbed_scores
from cnnviz.models.summed_gradients import Copies, Summed, Take, summed_gradients
from cnnviz.models.target_spec import gradient_spec

from .method import Maps

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


#: The most copies that are made at once outside TensorFlow, unless a single copy of all images is more.
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

    def maps(self, values: np.ndarray) -> Maps:
        """Return a method's maps together with the scores and logits that were computed for them."""
        held = vars(self)
        return Maps(values, held.get("scores"), held.get("logits"))


def gradients_of_copies(
    original: Original,
    along: np.ndarray,
    start: Callable[[], Take],
    weights: np.ndarray,
    summed: Summed = "gradients",
    base: np.ndarray | None = None,
) -> tuple[np.ndarray, ...]:
    """Return sums over perturbed copies of the images' input gradients, float32 (n, *input shape).

    Copies are ``base``, by default the images' own inputs, plus multiples of ``along``; see summed_gradients.py.
    """
    probe, inputs = original.probe, original.inputs
    numbers = probe.row_numbers(original.images)
    spec, given = gradient_spec(probe, inputs, original.target, numbers=numbers)
    copies = Copies(inputs if base is None else base, along, start, np.asarray(weights, np.float32))
    return summed_gradients(probe.runner, spec, given, copies, summed, numbers)


def scores_of_copies(original: Original, copies: PerturbedCopies) -> np.ndarray:
    """Return the target's scores of perturbed copies of the images, float32 (copies,)."""
    probe, target = original.probe, original.target
    numbers = probe.row_numbers(original.images)
    if not len(copies.owners):
        return np.zeros(0, np.float32)
    if isinstance(target, Target | LayerTarget):
        spec, given = gradient_spec(probe, original.inputs, target, (), numbers=numbers)
        return perturbed_scores(probe.runner, spec, given, copies, numbers)
    # A function of logits may be one of arrays alone.
    of_logits = lambda logits: probe.scores(original.inputs, target, logits=logits)  # noqa: E731
    return perturbed_scores(probe.runner, None, None, copies, numbers, of_logits)


def gradients_at(original: Original, inputs: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Return the scores' gradients at perturbed copies, float32 (copies, *input shape).

    ``inputs`` holds the copies, and ``owners`` (copies,) is the image that each was made from.
    """
    probe, all_numbers = original.probe, original.probe.row_numbers(original.images)
    copies = np.asarray(inputs, np.float32).reshape(-1, *probe.runner.input_shape)
    numbers = None if all_numbers is None else all_numbers[owners]
    return probe.value_and_gradients(copies, part_of(original.target, owners), numbers=numbers).gradients[0]
