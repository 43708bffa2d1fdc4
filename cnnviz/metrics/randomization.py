"""Model-parameter randomization: whether the map changes when the network forgets what it learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.models.reinitialize import layers_with_weights, reinitialized_copy

from .explained import Explained
from .metric import METRICS, Measured, Metric
from .random_subsets import rank_correlations


@METRICS.enter("randomization")
@dataclass(frozen=True)
class Randomization(Metric):
    """The likeness of the map to that of the same network with random weights.

    ``order`` "cascading" randomizes the layers from the last to the first, one more for each point of the curve, and
    the value is that of a network that is random throughout; "independent" randomizes one layer at a time, and the
    value is the mean over layers. ``likeness`` is the "rank" correlation, or "ssim", the structural similarity of maps
    scaled to 0…1; of ``magnitudes``, or of values with their signs. Magnitudes of a map that is zero wherever the image
    is are alike whatever the network does. A map that stays the same does not show what the network learned.
    """

    order: Literal["cascading", "independent"] = "cascading"
    likeness: Literal["rank", "ssim"] = "rank"
    magnitudes: bool = False

    title = "Randomization"
    paper = "Adebayo et al. 2018, arXiv:1810.03292"
    unit = "likeness"
    better = "low"
    asks = "sensitive"
    explains_again = True

    def __post_init__(self) -> None:
        if self.order not in ("cascading", "independent"):
            raise UsageError(f"{self.name} is cascading or independent, not {self.order!r}")
        if self.likeness not in ("rank", "ssim"):
            raise UsageError(f"{self.name} compares by rank or ssim, not {self.likeness!r}")

    def __call__(self, case: Explained) -> Measured:
        """Return the likeness of φ, or of |φ|, before and after."""
        paths = layers_with_weights(case.probe)[::-1]
        if not paths:
            raise UsageError(f"{case.probe.card.name} has no layer with weights to randomize")
        curve = []
        for i, path in enumerate(paths):
            chosen = paths[: i + 1] if self.order == "cascading" else (path,)
            maps = case.explained_again(case.images, reinitialized_copy(case.probe, case.seed, chosen))
            first, second = (np.abs(case.maps), np.abs(maps)) if self.magnitudes else (case.maps, maps)
            curve.append(likeness(first, second, self.likeness))
        whole = np.stack(curve, axis=1)
        values = whole[:, -1] if self.order == "cascading" else np.nanmean(whole, axis=1)
        return Measured(values, whole, np.arange(1, len(paths) + 1, dtype=np.float64))


def likeness(first: np.ndarray, second: np.ndarray, how: Literal["rank", "ssim"]) -> np.ndarray:
    """Return how alike pairs of maps are, (n,); NaN where one is constant."""
    pairs = [one.astype(np.float64) for one in (first, second)]
    if how == "rank":
        return rank_correlations(*(one.reshape(len(one), -1) for one in pairs))
    from skimage.metrics import structural_similarity

    found = np.full(len(first), np.nan)
    for i, (a, b) in enumerate(zip(*pairs, strict=True)):
        if np.ptp(a) > 0 and np.ptp(b) > 0:
            one, other = ((x - x.min()) / np.ptp(x) for x in (a, b))
            found[i] = structural_similarity(one, other, data_range=1.0)
    return found
