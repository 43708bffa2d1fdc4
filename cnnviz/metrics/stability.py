"""Average stability: the mean change of a map under noise."""

from __future__ import annotations

from dataclasses import dataclass

from .explained import Explained
from .map_changes import MapChanges
from .metric import METRICS, Measured


@METRICS.enter("stability")
@dataclass(frozen=True)
class Stability(MapChanges):
    """The mean relative change of the map over noises of at most 10 % of the range from black to white."""

    radius: float = 0.1

    title = "Average stability"
    paper = "Bhatt et al. 2020, arXiv:2005.00631"

    def __call__(self, case: Explained) -> Measured:
        """Return the mean of ‖φ(x + d) − φ(x)‖ / ‖φ(x)‖ over noises d."""
        return Measured(self.changes(case).mean(axis=0))
