"""Grad-CAM++: Grad-CAM with cells weighted so that several places of one class count alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..method import METHODS
from .class_activation_map import CAM


@METHODS.enter("grad-cam++")
@dataclass(frozen=True)
class GradCAMPlusPlus(CAM):
    """Where the channels that speak for the score are active, (n, h, w), also where the class stands more than once.

    The score is put through the exponential function, as in the paper; its derivative, one positive factor an image,
    is left out.
    """

    title = "Grad-CAM++"
    paper = "Chattopadhyay, Sarkar, Howlader & Balasubramanian 2018, arXiv:1710.11063, equations 5 and 19"
    measures = "evidence for the score"

    def weights(self, values: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """w_k = Σ_ij α^k_ij ReLU(g_ij), α = g² / (2 g² + Σ_ab A_ab · g³), with g = ∂S/∂A."""
        square = gradients * gradients
        below = 2 * square + values.sum(axis=(1, 2), keepdims=True) * square * gradients
        alpha = np.divide(square, below, out=np.zeros_like(square), where=np.abs(below) > np.finfo(np.float32).tiny)
        return (alpha * np.maximum(gradients, 0)).sum(axis=(1, 2))
