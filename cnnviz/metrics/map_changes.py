"""How much maps change when the image hardly does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.core.errors import UsageError

from .explained import Explained
from .metric import Metric


@dataclass(frozen=True)
class MapChanges(Metric):
    """A metric of the relative changes of a map under ``samples`` noises, uniform within ``radius`` of each pixel.

    The radius is in units of the range from black to white.
    """

    samples: int = 10
    radius: float = 0.02

    unit = "relative change"
    better = "low"
    asks = "robust"
    explains_again = True

    def __post_init__(self) -> None:
        if self.samples < 1 or not 0 < self.radius <= 1:
            raise UsageError(f"{self.name} needs 1 sample or more and a radius above 0, up to 1")

    def changes(self, case: Explained) -> np.ndarray:
        """Return ‖φ(x + d) − φ(x)‖ / ‖φ(x)‖ for each noise d, float64 (samples, n); NaN for a map of zeros."""
        random = np.random.default_rng([case.seed, 5])
        size = np.sqrt(np.square(case.maps, dtype=np.float64).sum(axis=(1, 2)))
        found = np.full((self.samples, len(case)), np.nan)
        for row in found:
            noise = random.uniform(-self.radius, self.radius, case.images.pixels.shape)
            apart = case.explained_again(case.perturbed(noise)).astype(np.float64) - case.maps
            change = np.sqrt(np.square(apart).sum(axis=(1, 2)))
            row[size > 0] = change[size > 0] / size[size > 0]
        return found
