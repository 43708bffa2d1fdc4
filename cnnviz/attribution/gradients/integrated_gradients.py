"""Integrated gradients: the score's change from a baseline to the picture, shared out among the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images

from ..baseline import BASELINES, baseline_inputs
from ..method import METHODS, Method
from ..samples import slopes_of_copies

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@METHODS.enter("integrated-gradients")
@dataclass(frozen=True)
class IntegratedGradients(Method):
    """The gradient averaged on the way from a baseline to the picture, times that way, (n, height, width, channels).

    A picture's values sum to S(picture) − S(baseline), the closer the more ``steps``; the integral is taken by the
    midpoint rule. ``baseline`` is a picture all black or white, one of each picture's own mean colour, or inputs
    that are all zero.
    """

    steps: int = 50
    baseline: Literal["black", "white", "mean", "zero"] = "black"

    title = "Integrated gradients"
    paper = "Sundararajan, Taly & Yan 2017, arXiv:1703.01365, equation 1"
    measures = "share of the score's change from the baseline"
    signed = True

    def __post_init__(self) -> None:
        if self.steps < 1 or self.baseline not in BASELINES:
            raise UsageError(f"{self.name} needs steps of at least 1 and a baseline of {', '.join(BASELINES)}")

    def __call__(self, probe: Probe, images: Images, target: Any) -> np.ndarray:
        """IG = (x − x′) ⊙ 1/m Σ_k ∂S/∂x (x′ + (k − ½)/m · (x − x′))."""
        inputs = probe.inputs(images)
        target = probe.settle(images, target)
        start = baseline_inputs(probe, images, self.baseline)
        way = inputs - start

        def changed(which: range) -> np.ndarray:
            shares = (np.array(which, np.float32) + np.float32(0.5)) / np.float32(self.steps)
            return start + shares.reshape(-1, *[1] * inputs.ndim) * way

        total = np.zeros_like(inputs)
        for slopes in slopes_of_copies(probe, len(inputs), target, self.steps, changed):
            total += slopes.sum(axis=0)
        return (way * total / np.float32(self.steps)).reshape(images.pixels.shape)
