"""Saliency: the magnitude of the gradient at each pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.data.images import Images

from ..method import METHODS, Maps, Method

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@METHODS.enter("saliency")
@dataclass(frozen=True)
class Saliency(Method):
    """The largest gradient magnitude over the color channels of each pixel, (n, height, width)."""

    title = "Saliency"
    paper = "Simonyan, Vedaldi & Zisserman 2013, arXiv:1312.6034, section 3"
    measures = "|change of score| per unit of input"
    signed = False

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """M_ij = max_c |∂S / ∂I_ijc|."""
        found = probe.value_and_gradients(images, target)
        sizes = np.abs(found.gradients[0].reshape(images.pixels.shape)).max(axis=3)
        return Maps(sizes, found.scores, found.logits)
