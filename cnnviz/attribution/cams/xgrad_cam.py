"""XGrad-CAM: channels weighted by their activation-weighted gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..method import METHODS
from .class_activation_map import CAM


@METHODS.enter("xgrad-cam")
@dataclass(frozen=True)
class XGradCAM(CAM):
    """Grad-CAM with each cell's gradient weighted by the cell's share of its map, (n, h, w)."""

    title = "XGrad-CAM"
    paper = "Fu, Hu, Dong, Guo, Gao & Li 2020, arXiv:2008.02312, equation 8"
    measures = "evidence for the score"

    def weights(self, values: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """α_k = Σ_ij A^k_ij / Σ_ab A^k_ab · ∂S/∂A^k_ij, and 0 for a map that is all zero."""
        whole = values.sum(axis=(1, 2))
        weighted = (values * gradients).sum(axis=(1, 2))
        return np.divide(weighted, whole, out=np.zeros_like(whole), where=whole != 0)
