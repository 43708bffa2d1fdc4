"""Relevance mass: how much of a map lies on the object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.core.errors import UsageError

from .explained import Explained
from .found_share import mass
from .metric import METRICS, Measured, Metric


@METRICS.enter("relevance-mass")
@dataclass(frozen=True)
class RelevanceMass(Metric):
    """The share of the map's positive values inside the mask of the object, 0 to 1."""

    title = "Relevance mass"
    paper = "Arras et al. 2022, arXiv:2003.07258"
    unit = "share"
    better = "high"
    asks = "located"

    def __call__(self, case: Explained) -> Measured:
        """Σ_mask max(φ, 0) / Σ max(φ, 0)."""
        if case.truth is None:
            raise UsageError(f"{self.name} needs to know where the object is; give masks as truth")
        return Measured(mass(np.maximum(case.maps.astype(np.float64), 0), case.truth))
