"""LayerCAM: every cell weighted by its own positive gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..method import METHODS
from .class_activation_map import CAM


@METHODS.enter("layer-cam")
@dataclass(frozen=True)
class LayerCAM(CAM):
    """Active cells with a positive gradient, (n, h, w); sharp on early layers too."""

    title = "LayerCAM"
    paper = "Jiang, Zhang, Hou, Cheng & Wei 2021, IEEE TIP 30, equations 6 and 7"
    measures = "evidence for the score"

    def weights(self, values: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """w^k_ij = ReLU(∂S/∂A^k_ij)."""
        return np.maximum(gradients, 0)
