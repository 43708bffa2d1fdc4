"""Guided backpropagation, alone and weighted by Grad-CAM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnviz.core.resize_maps import upsample
from cnnviz.data.images import Images

from ..cams.grad_cam import GradCAM
from ..method import METHODS, Maps
from .rectifiers import RectifierMethod

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@METHODS.enter("guided-backprop")
@dataclass(frozen=True)
class GuidedBackprop(RectifierMethod):
    """The gradient, passed at rectifiers only where active and positive, (n, height, width, channels)."""

    title = "Guided backpropagation"
    paper = "Springenberg, Dosovitskiy, Brox & Riedmiller 2015, arXiv:1412.6806, section 3.4"
    measures = "change of score per unit of input, positive paths only"
    signed = True

    @staticmethod
    def backward(gate: Any, output: Any, gradient: Any) -> Any:
        """R_in = (x > 0) · (R_out > 0) · R_out."""
        return gate(gate(gradient, gradient), output)


@METHODS.enter("guided-grad-cam")
@dataclass(frozen=True)
class GuidedGradCAM(GuidedBackprop):
    """Guided backpropagation times the upsampled Grad-CAM of ``layer``, (n, height, width, channels)."""

    layer: str | None = None

    title = "Guided Grad-CAM"
    paper = "Selvaraju et al. 2017, arXiv:1610.02391, section 3.2"
    measures = "guided gradient, weighted by Grad-CAM"
    signed = True

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """M = guided backpropagation ⊙ upsample(Grad-CAM)."""
        guided = super().__call__(probe, images, target)
        coarse = GradCAM(self.layer)(probe, images, target)
        values = guided.values * upsample(coarse.values, images.shape[:2])[..., None]
        return Maps(values, coarse.scores, coarse.logits)

    def layers(self, probe: Probe) -> tuple[str, ...]:
        """Return Grad-CAM's target layer."""
        return GradCAM(self.layer).layers(probe)
