"""Pointing game: whether the strongest pixel lies on the object."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.core.errors import UsageError

from .explained import Explained
from .found_share import pointing
from .metric import METRICS, Measured, Metric


@METRICS.enter("pointing")
@dataclass(frozen=True)
class Pointing(Metric):
    """Whether the strongest pixel of the map lies in the mask of the object: 1 or 0, or a share among equal ones."""

    title = "Pointing game"
    paper = "Zhang et al. 2016, arXiv:1608.00507"
    unit = "hit rate"
    better = "high"
    asks = "located"

    def __call__(self, case: Explained) -> Measured:
        """Return 1 if argmax φ is in the mask."""
        if case.truth is None:
            raise UsageError(f"{self.name} needs to know where the object is; give masks as truth")
        return Measured(pointing(case.maps, case.truth))
