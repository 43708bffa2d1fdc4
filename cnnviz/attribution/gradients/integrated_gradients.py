"""Integrated gradients: the score's change from a baseline to the image, shared out among the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images

from ..baseline import BASELINES, baseline_inputs
from ..method import METHODS, Maps, Method
from ..perturbed_copies import Original, gradients_of_copies

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


#: Densely spaced steps grow by one factor, exp(RATE) over the whole way.
RATE = 3.0


@METHODS.enter("integrated-gradients")
@dataclass(frozen=True)
class IntegratedGradients(Method):
    """The gradient averaged on the way from a baseline to the image, times that way, (n, height, width, channels).

    An image's values sum to S(image) − S(baseline), the closer the more ``steps``; the integral is taken by the
    midpoint rule. ``baseline`` is an image all black or white, one of each image's own mean colour, or inputs
    that are all zero. With ``spacing`` "dense" each step is longer than the one before by the same factor, so that
    they are short near the baseline, where the score changes most (ADR 6); "even" is what most tools do.
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

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """IG = (x − x′) ⊙ Σ_k w_k ∂S/∂x (x′ + α_k (x − x′)).

        The way is divided at e_k = k/m evenly, or at e_k = (exp(RATE k/m) − 1) / (exp(RATE) − 1) densely; α_k is the
        middle of a part and w_k its length.
        """
        original = Original(probe, images, target)
        inputs = original.inputs
        start = baseline_inputs(probe, images, self.baseline)
        way = inputs - start

        ends = np.linspace(0, 1, self.steps + 1)
        if self.spacing == "dense":
            ends = np.expm1(RATE * ends) / np.expm1(RATE)
        shares, weights = ((ends[1:] + ends[:-1]) / 2).astype(np.float32), np.diff(ends).astype(np.float32)
        to_all = (-1, *[1] * inputs.ndim)

        def changed(which: range) -> np.ndarray:
            return start + shares[which.start : which.stop].reshape(to_all) * way

        done = 0
        total = np.zeros_like(inputs)
        for gradients in gradients_of_copies(original, self.steps, changed):
            total += np.tensordot(weights[done : done + len(gradients)], gradients, 1)
            done += len(gradients)
        return original.maps((way * total).reshape(images.pixels.shape))
