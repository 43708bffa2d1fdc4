"""Insertion: how fast the score rises when the pixels of the map are shown, strongest first."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.attribution.baseline import Fill

from .explained import Explained
from .metric import METRICS, Measured, Metric
from .pixel_curves import Output, check_curve, pixel_curve


@METRICS.enter("insertion")
@dataclass(frozen=True)
class Insertion(Metric):
    """The area under the score of the explained class while pixels are shown in the order of the map.

    As ``Deletion``, but from an image of the fill to the whole one: a map of the pixels that matter has a large area.
    """

    steps: int = 28
    fill: Fill = "ground"
    output: Output = "probability"

    title = "Insertion"
    paper = "Petsiuk et al. 2018, arXiv:1806.07421"
    unit = "mean score"
    better = "high"
    asks = "faithful"

    def __post_init__(self) -> None:
        check_curve(self.name, self.steps, self.fill, self.output)

    def __call__(self, case: Explained) -> Measured:
        """AUC = ∫ S(the first share a of pixels of x on the fill) da, by trapezoids."""
        return pixel_curve(case, hide=False, steps=self.steps, fill=self.fill, output=self.output)
