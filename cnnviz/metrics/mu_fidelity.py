"""MuFidelity: whether the map's sum over random blocks tells what hiding them costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.attribution.baseline import Fill, check_fill
from cnnviz.core.errors import UsageError

from .explained import Explained
from .metric import METRICS, Measured, Metric
from .random_subsets import rank_correlations, sums_and_drops


@METRICS.enter("mu-fidelity")
@dataclass(frozen=True)
class MuFidelity(Metric):
    """Spearman's correlation between the map's sum over a random set of blocks and the drop of the logit without them.

    A grid of ``cells`` × ``cells`` blocks covers the image; each of ``samples`` sets hides a ``share`` of them by the
    ``fill``. The sets follow the seed and are the same for every image.
    """

    samples: int = 200
    cells: int = 9
    share: float = 0.2
    fill: Fill = "ground"

    title = "MuFidelity"
    paper = "Bhatt et al. 2020, arXiv:2005.00631"
    unit = "rank correlation"
    better = "high"
    asks = "faithful"

    def __post_init__(self) -> None:
        check_fill(self.name, self.fill)
        if self.samples < 3 or self.cells < 2 or not 0 < self.share < 1:
            raise UsageError(f"{self.name} needs 3 samples or more, 2 cells or more, and a share between 0 and 1")

    def __call__(self, case: Explained) -> Measured:
        """ρ(Σ_S φ, f(x) − f(x without S)) over random S."""
        masks = self.masks(case.images.shape[:2], case.seed)
        return Measured(rank_correlations(*sums_and_drops(case, masks, self.fill)))

    def masks(self, shape: tuple[int, int], seed: int) -> np.ndarray:
        """Return the hidden sets, bool (samples, h, w)."""
        rng = np.random.default_rng([seed, 2])
        hidden = max(1, round(self.cells**2 * self.share))
        order = rng.random((self.samples, self.cells**2)).argsort(axis=1)
        blocks = (order < hidden).reshape(self.samples, self.cells, self.cells)
        rows, columns = (np.arange(extent) * self.cells // extent for extent in shape)
        return np.asarray(blocks[:, rows[:, None], columns])
