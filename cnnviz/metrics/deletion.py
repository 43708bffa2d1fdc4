"""Deletion: how fast the score falls when the pixels of the map are hidden, strongest first."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.attribution.baseline import Fill

from .explained import Explained
from .metric import METRICS, Measured, Metric
from .pixel_curves import Output, check_curve, pixel_curve


@METRICS.enter("deletion")
@dataclass(frozen=True)
class Deletion(Metric):
    """The area under the score of the explained class while pixels are hidden in the order of the map.

    ``steps`` is the number of steps from none to all pixels, ``fill`` what replaces them, and ``output`` whether the
    score is the class's logit or its probability. The area is over the share of pixels, 0 to 1, so that it is the mean
    score. A map of the pixels that matter has a small one.
    """

    steps: int = 28
    fill: Fill = "ground"
    output: Output = "probability"

    title = "Deletion"
    paper = "Petsiuk et al. 2018, arXiv:1806.07421"
    unit = "mean score"
    better = "low"
    asks = "faithful"

    def __post_init__(self) -> None:
        check_curve(self.name, self.steps, self.fill, self.output)

    def __call__(self, case: Explained) -> Measured:
        """AUC = ∫ S(x without its first share a of pixels) da, by trapezoids."""
        return pixel_curve(case, hide=True, steps=self.steps, fill=self.fill, output=self.output)
