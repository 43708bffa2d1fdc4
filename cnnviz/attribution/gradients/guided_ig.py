"""Guided integrated gradients: integrated along a path that avoids steep places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images

from ..baseline import BASELINES, baseline_inputs
from ..method import METHODS, Maps, Method
from ..perturbed_copies import Original, gradients_at

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@METHODS.enter("guided-ig")
@dataclass(frozen=True)
class GuidedIG(Method):
    """The gradient integrated along a path on which flat values move first, (n, height, width, channels).

    From a ``baseline`` to the image in ``steps`` of equal L1 length. A step moves the input values with the smallest
    gradient magnitudes, a ``fraction`` of all at a time, and none farther than ``reach`` from the straight path, as a
    share of its length: with a reach of 0 it is integrated gradients with even steps. An image's values sum to S(image)
    − S(baseline), more exactly with more steps.
    """

    steps: int = 50
    fraction: float = 0.25
    reach: float = 0.05
    baseline: Literal["black", "white", "mean", "zero"] = "black"

    title = "Guided integrated gradients"
    paper = "Kapishnikov, Venugopalan, Avci, Wedin, Terry & Bolukbasi 2021, arXiv:2106.09788, algorithm 1"
    measures = "share of the score's change from the baseline"
    signed = True

    def __post_init__(self) -> None:
        if self.steps < 1 or self.baseline not in BASELINES or not 0 < self.fraction <= 1 or not 0 <= self.reach <= 1:
            raise UsageError(
                f"{self.name} needs steps of at least 1, a fraction over 0 and up to 1, a reach from 0 to 1, and a "
                f"baseline of {', '.join(BASELINES)}"
            )

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """M = Σ_t (x_{t+1} − x_t) ⊙ (∂S/∂x (x_t) + ∂S/∂x (x_{t+1})) / 2: trapezoids, where the paper takes x_t."""
        original = Original(probe, images, target)
        count, owners = len(images), np.arange(len(images))
        start = baseline_inputs(probe, images, self.baseline)
        way = (original.inputs - start).reshape(count, -1)
        start = start.reshape(count, -1)

        def gradient(moved: np.ndarray) -> np.ndarray:
            return gradients_at(original, start + moved * way, owners).reshape(count, -1)

        # How far each value has moved, as a share of its own way.
        moved = np.zeros_like(way)
        total = np.zeros_like(way)
        slope = gradient(moved)
        for step in range(1, self.steps + 1):
            further = self.moved(moved, np.abs(slope), np.abs(way), step / self.steps)
            later = gradient(further)
            total += (further - moved) * (slope + later) / 2
            moved, slope = further, later
        return original.maps((way * total).reshape(images.pixels.shape))

    def moved(self, moved: np.ndarray, steepness: np.ndarray, lengths: np.ndarray, share: float) -> np.ndarray:
        """Return how far each value is after the step that ends at a share of the path, float32 (n, values) in 0…1.

        ``lengths`` (n, values) are the L1 lengths of the values' ways. Values that fell behind the corridor catch up
        first; then the flattest move to its far end, group by group, until the step is as long as it should be.
        """
        behind, ahead = np.float32(max(share - self.reach, 0)), np.float32(min(share + self.reach, 1))
        moved = np.maximum(moved, behind)
        missing = (lengths * (np.float32(share) - moved)).sum(axis=1, dtype=np.float64)
        room = np.maximum(ahead - moved, 0)
        # Values that cannot move take no place in a group.
        free = (lengths > 0) & (room > 0)
        order = np.argsort(np.where(free, steepness, np.inf), axis=1, kind="stable")
        size = max(1, round(self.fraction * lengths.shape[1]))
        groups = np.arange(lengths.shape[1]) // size
        possible = np.take_along_axis(lengths * room, order, axis=1).astype(np.float64)
        whole = np.add.reduceat(possible, np.arange(0, lengths.shape[1], size), axis=1)
        before = np.cumsum(whole, axis=1) - whole
        part = np.clip((missing[:, None] - before) / np.where(whole > 0, whole, 1.0), 0, 1)
        factor = np.empty_like(lengths)
        np.put_along_axis(factor, order, part[:, groups].astype(np.float32), axis=1)
        return np.asarray(moved + factor * room, np.float32)
