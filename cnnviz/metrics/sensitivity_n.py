"""Sensitivity-n: whether the map's sum over n random pixels tells what hiding them costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.attribution.baseline import Fill, check_fill
from cnnviz.core.errors import UsageError

from .explained import Explained
from .metric import METRICS, Measured, Metric
from .random_subsets import correlations, sums_and_drops


@METRICS.enter("sensitivity-n")
@dataclass(frozen=True)
class SensitivityN(Metric):
    """Pearson's correlation between the map's sum over random pixels and the drop of the logit without them.

    ``share`` of the pixels are hidden by the ``fill`` in each of ``samples`` sets, which are the same for every image.
    1 for a network that is linear between image and fill, and its attribution.
    """

    samples: int = 100
    share: float = 0.25
    fill: Fill = "ground"

    title = "Sensitivity-n"
    paper = "Ancona et al. 2018, arXiv:1711.06104"
    unit = "correlation"
    better = "high"
    asks = "faithful"

    def __post_init__(self) -> None:
        check_fill(self.name, self.fill)
        if self.samples < 3 or not 0 < self.share < 1:
            raise UsageError(f"{self.name} needs 3 samples or more and a share between 0 and 1")

    def __call__(self, case: Explained) -> Measured:
        """r(Σ_S φ, f(x) − f(x without S)) over random S of n pixels."""
        height, width = case.images.shape[:2]
        order = np.random.default_rng([case.seed, 3]).random((self.samples, height * width)).argsort(axis=1)
        masks = (order < max(1, round(self.share * height * width))).reshape(self.samples, height, width)
        return Measured(correlations(*sums_and_drops(case, masks, self.fill)))
