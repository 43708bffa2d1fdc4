"""Input × gradient: the first-order contribution of each input value to the score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnviz.data.images import Images

from ..method import METHODS, Maps, Method

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@METHODS.enter("input-x-gradient")
@dataclass(frozen=True)
class InputXGradient(Method):
    """Each input value times its gradient, (n, height, width, channels); exact for a linear model."""

    title = "Input × gradient"
    paper = "Shrikumar, Greenside, Shcherbina & Kundaje 2016, arXiv:1605.01713"
    measures = "share of the score"
    signed = True

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """R = x ⊙ ∂S/∂x, on the model's own inputs."""
        found = probe.value_and_gradients(images, target)
        shares = (found.values[0] * found.gradients[0]).reshape(images.pixels.shape)
        return Maps(shares, found.scores, found.logits)
