"""Average stability: the mean change of a map under noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.core.errors import UsageError

from .explained import Explained
from .map_changes import relative_changes
from .metric import METRICS, Measured, Metric


@METRICS.enter("stability")
@dataclass(frozen=True)
class Stability(Metric):
    """The mean relative change of the map over ``samples`` noises, uniform within ``radius`` of each pixel.

    The radius is in units of the range from black to white.
    """

    samples: int = 10
    radius: float = 0.1

    title = "Average stability"
    paper = "Bhatt et al. 2020, arXiv:2005.00631"
    unit = "relative change"
    better = "low"
    asks = "robust"
    explains_again = True

    def __post_init__(self) -> None:
        if self.samples < 1 or not 0 < self.radius <= 1:
            raise UsageError(f"{self.name} needs 1 sample or more and a radius above 0, up to 1")

    def __call__(self, case: Explained) -> Measured:
        """Return the mean of ‖φ(x + d) − φ(x)‖ / ‖φ(x)‖ over noises d."""
        return Measured(np.mean(list(relative_changes(case, self.radius, self.samples)), axis=0))
