"""Expected gradients: integrated gradients, averaged over baselines from a reference set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images
from cnnviz.data.open import open_images

from ..method import METHODS, Maps, Method
from ..perturbed_copies import AT_ONCE, Original, gradients_at

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@METHODS.enter("expected-gradients")
@dataclass(frozen=True)
class ExpectedGradients(Method):
    """The mean of integrated gradients over many baselines, estimated by ``samples``, (n, height, width, channels).

    An image's values sum to S(image) − the mean of S(baseline), more exactly with more samples. ``reference`` is what
    the baselines are drawn from: a path or a name, as for ``open_images``. None is the bundled sample for a model of
    its classes, and for another model images of one gray from black to white. All images get the same baselines.
    """

    samples: int = 100
    reference: str | None = None
    seed: int = 0

    title = "Expected gradients"
    paper = "Erion, Janizek, Sturmfels, Lundberg & Lee 2021, arXiv:1906.10670, equation 4"
    measures = "share of the score's change from the mean baseline"
    signed = True

    def __post_init__(self) -> None:
        if self.samples < 1 or self.seed < 0:
            raise UsageError(f"{self.name} needs samples of at least 1, a seed from 0")

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """EG = 1/K Σ_k (x − x′_k) ⊙ ∂S/∂x (x′_k + α_k (x − x′_k)), with one α_k in each of K equal parts of 0…1."""
        original = Original(probe, images, target)
        inputs, starts = original.inputs, self.baselines(probe, images)
        # One α in each part of 0…1 has less variance than independent ones; each baseline gets any of them.
        rng = np.random.default_rng([self.seed, 1])
        shares = ((rng.permutation(self.samples) + rng.random(self.samples)) / self.samples).astype(np.float32)
        total = np.zeros_like(inputs)
        at_once = max(1, AT_ONCE // max(1, len(images)))
        for first in range(0, self.samples, at_once):
            start, share = (one[first : first + at_once, None] for one in (starts, shares))
            way = inputs - start
            copies = start + share.reshape(-1, *[1] * inputs.ndim) * way
            owners = np.tile(np.arange(len(images)), len(start))
            found = gradients_at(original, copies.reshape(-1, *inputs.shape[1:]), owners)
            total += (way * found.reshape(way.shape)).sum(axis=0)
        return original.maps((total / np.float32(self.samples)).reshape(images.pixels.shape))

    def baselines(self, probe: Probe, images: Images) -> np.ndarray:
        """Return the baseline of each sample, inputs of the model, float32 (samples, *input shape)."""
        rng = np.random.default_rng(self.seed)
        held = self._references(probe)
        if held is None:
            grays = np.linspace(0, images.peak, self.samples, dtype=np.float32).reshape(-1, 1, 1, 1)
            pixels = np.broadcast_to(grays, (self.samples, *images.shape)).copy()
            return probe.inputs(Images(pixels, peak=images.peak))
        # Each reference is drawn once before any is drawn again.
        rounds = -(-self.samples // len(held))
        drawn = np.concatenate([rng.permutation(len(held)) for _ in range(rounds)])[: self.samples]
        used, places = np.unique(drawn, return_inverse=True)
        return probe.inputs(probe.fit(held[used]))[places]

    def notes(self, probe: Probe) -> tuple[str, ...]:
        """Return what the baselines are."""
        held = self._references(probe)
        if held is None:
            return (f"baselines are images of one gray; give {self.name} a reference, as the training images",)
        return (f"baselines are images of {held.source}",)

    def _references(self, probe: Probe) -> Images | None:
        if self.reference is None:
            sample = open_images("sample")
            return sample if sample.class_names == probe.class_names else None
        held = open_images(self.reference)
        if not len(held):
            raise UsageError(f"{self.reference!r} has no images; give {self.name} a reference of at least one")
        return held
