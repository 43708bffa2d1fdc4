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
    that are all zero. ``spacing`` "dense" puts the steps at the squares of evenly spaced shares of the way, closer to
    each other near the baseline, where the score changes most; "even" is what most tools do.
    """

    steps: int = 50
    baseline: Literal["black", "white", "mean", "zero"] = "black"
    spacing: Literal["dense", "even"] = "dense"

    title = "Integrated gradients"
    paper = "Sundararajan, Taly & Yan 2017, arXiv:1703.01365, equation 1"
    measures = "share of the score's change from the baseline"
    signed = True

    def __post_init__(self) -> None:
        if self.steps < 1 or self.baseline not in BASELINES:
            raise UsageError(f"{self.name} needs steps of at least 1 and a baseline of {', '.join(BASELINES)}")

    def __call__(self, probe: Probe, images: Images, target: Any) -> np.ndarray:
        """IG = (x − x′) ⊙ Σ_k w_k ∂S/∂x (x′ + α_k (x − x′)).

        With t_k = (k − ½)/m: evenly α_k = t_k and w_k = 1/m; densely α_k = t_k² and w_k = 2 t_k/m.
        """
        inputs = probe.inputs(images)
        target = probe.settle(images, target)
        start = baseline_inputs(probe, images, self.baseline)
        way = inputs - start

        shares = (np.arange(self.steps, dtype=np.float32) + np.float32(0.5)) / np.float32(self.steps)
        weights = np.full_like(shares, 1 / self.steps)
        if self.spacing == "dense":
            shares, weights = shares**2, 2 * shares / np.float32(self.steps)
        to_all = (-1, *[1] * inputs.ndim)

        def changed(which: range) -> np.ndarray:
            return start + shares[which.start : which.stop].reshape(to_all) * way

        done = 0
        total = np.zeros_like(inputs)
        for slopes in slopes_of_copies(probe, len(inputs), target, self.steps, changed):
            total += np.tensordot(weights[done : done + len(slopes)], slopes, 1)
            done += len(slopes)
        return (way * total).reshape(images.pixels.shape)
