"""HiResCAM: every cell weighted by its own gradient, of either sign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..method import METHODS
from .class_activation_map import CAM


@METHODS.enter("hires-cam")
@dataclass(frozen=True)
class HiResCAM(CAM):
    """Cells that raise the score, (n, h, w); exact if a single dense layer follows the layer."""

    title = "HiResCAM"
    paper = "Draelos & Carin 2020, arXiv:2011.08891, equation 4"
    measures = "share of the score"

    def weights(self, values: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """w^k_ij = ∂S/∂A^k_ij."""
        return gradients
