"""Grad-CAM: channels weighted by the mean gradient over their map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..method import METHODS
from .class_activation_map import CAM


@METHODS.enter("grad-cam")
@dataclass(frozen=True)
class GradCAM(CAM):
    """Activity of the channels that raise the score, (n, h, w) at the target layer's resolution."""

    title = "Grad-CAM"
    paper = "Selvaraju et al. 2017, arXiv:1610.02391, equations 1 and 2"
    measures = "evidence for the score"

    def weights(self, values: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """α_k = 1/Z Σ_ij ∂S/∂A^k_ij."""
        return gradients.mean(axis=(1, 2))
