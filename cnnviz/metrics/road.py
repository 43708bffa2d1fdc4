"""ROAD: deletion with pixels replaced by what their neighbors suggest, so that the hole itself tells nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from cnnviz.core.errors import UsageError

from .explained import Explained
from .imputation import imputed
from .metric import METRICS, Measured, Metric


@METRICS.enter("road")
@dataclass(frozen=True)
class Road(Metric):
    """The probability of the explained class when a share of the pixels is imputed from their neighbors.

    ``removed`` "most" takes the most relevant pixels first (MoRF, low is better), "least" the least relevant (LeRF),
    and "combined" half the difference of the two, which is high for a faithful map. Values are means over
    ``percentiles``, the percent of pixels removed, 20, 40, 60 and 80 where they are "20-40-60-80". Imputed pixels solve
    the linear equations that make each the weighted mean of its eight neighbors, with Gaussian ``noise`` added.
    """

    removed: Literal["combined", "most", "least"] = "combined"
    percentiles: str = "20-40-60-80"
    noise: float = 0.01

    title = "ROAD"
    paper = "Rong et al. 2022, arXiv:2202.00449"
    unit = "probability"
    better = "high"
    asks = "faithful"

    def __post_init__(self) -> None:
        if self.removed not in ("combined", "most", "least"):
            raise UsageError(f"{self.name} removes most, least, or combined, not {self.removed!r}")
        shares = self.shares
        if not len(shares) or shares.min() <= 0 or shares.max() >= 1:
            raise UsageError(f"{self.name} needs percentiles between 0 and 100, as 20-40-60-80")

    @property
    def shares(self) -> np.ndarray:
        """The shares of pixels that are removed."""
        try:
            return np.array([float(one) / 100 for one in self.percentiles.split("-")])
        except ValueError as error:
            raise UsageError(f"{self.name} needs percentiles between 0 and 100, as 20-40-60-80") from error

    def __call__(self, case: Explained) -> Measured:
        """Return mean (p(LeRF) − p(MoRF)) / 2 over the percentiles."""
        pixels = case.ranks[0].size if len(case) else 1
        curves = {}
        for which in ("most", "least") if self.removed == "combined" else (self.removed,):
            ranks = case.ranks if which == "most" else pixels - 1 - case.ranks
            columns = [self._probability(case, ranks < round(share * pixels)) for share in self.shares]
            curves[which] = np.stack(columns, axis=1)
        curve = (curves["least"] - curves["most"]) / 2 if self.removed == "combined" else curves[self.removed]
        return Measured(curve.mean(axis=1), curve, self.shares)

    def _probability(self, case: Explained, removed: np.ndarray) -> np.ndarray:
        random = np.random.default_rng([case.seed, 6])
        unit = case.images.pixels.astype(np.float64) / case.images.peak
        filled = np.stack([imputed(one, gone, self.noise, random) for one, gone in zip(unit, removed, strict=True)])
        logits = case.probe.logits(case.perturbed(filled - unit))
        return case.probability(logits, np.arange(len(case)))
