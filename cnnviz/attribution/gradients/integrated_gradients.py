"""Integrated gradients: the score's change from a baseline to the image, distributed over the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images
from cnnviz.models.summed_gradients import Take

from ..baseline import BASELINES, baseline_inputs
from ..method import METHODS, Maps, Method
from ..perturbed_copies import Original, gradients_of_copies

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


#: Dense steps grow geometrically, by exp(RATE) over the whole path.
RATE = 3.0


@METHODS.enter("integrated-gradients")
@dataclass(frozen=True)
class IntegratedGradients(Method):
    """The mean gradient on the path from a baseline to the image, times the difference, (n, height, width, channels).

    An image's values sum to S(image) − S(baseline), more exactly with more ``steps`` of the midpoint rule.
    ``baseline`` is a black or white image, each image's mean color, or inputs of zero. With ``spacing`` "dense" steps
    grow geometrically, so they are short near the baseline, where the score changes most (ADR 6); "even" is usual.
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

        The path is divided at e_k = k/m ("even") or e_k = (exp(RATE k/m) − 1) / (exp(RATE) − 1) ("dense"); α_k is the
        midpoint of a part and w_k its length.
        """
        original = Original(probe, images, target)
        inputs = original.inputs
        start = baseline_inputs(probe, images, self.baseline)
        way = inputs - start

        ends = np.linspace(0, 1, self.steps + 1)
        if self.spacing == "dense":
            ends = np.expm1(RATE * ends) / np.expm1(RATE)
        shares, weights = ((ends[1:] + ends[:-1]) / 2).astype(np.float32), np.diff(ends).astype(np.float32)
        steps = shares.reshape(-1, *[1] * inputs.ndim)

        def from_start() -> Take:
            rest = iter(steps)
            return lambda count: np.stack([next(rest) for _ in range(count)])

        (total,) = gradients_of_copies(original, way, from_start, weights, base=start)
        return original.maps((way * total).reshape(images.pixels.shape))
