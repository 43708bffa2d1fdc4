"""Max-sensitivity: the largest change of a map under a noise that nobody sees."""

from __future__ import annotations

from dataclasses import dataclass

from .explained import Explained
from .map_changes import MapChanges
from .metric import METRICS, Measured


@METRICS.enter("max-sensitivity")
@dataclass(frozen=True)
class MaxSensitivity(MapChanges):
    """The largest relative change of the map among noises of at most 2 % of the range from black to white."""

    title = "Max-sensitivity"
    paper = "Yeh et al. 2019, arXiv:1901.09392"

    def __call__(self, case: Explained) -> Measured:
        """Return max ‖φ(x + d) − φ(x)‖ / ‖φ(x)‖ over noises d."""
        return Measured(self.changes(case).max(axis=0))
