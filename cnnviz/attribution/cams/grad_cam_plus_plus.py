"""Grad-CAM++: Grad-CAM with per-cell weights, so that several instances of a class count equally."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..method import METHODS
from .class_activation_map import CAM


@METHODS.enter("grad-cam++")
@dataclass(frozen=True)
class GradCAMPlusPlus(CAM):
    """Activity of the channels that raise the score, (n, h, w), also for several instances of a class.

    As in the paper, the score passes through the exponential function; its derivative, a positive factor per image, is
    left out.
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
