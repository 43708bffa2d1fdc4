"""Methods that perturb the image and measure the score; they work on any model, without gradients."""

from __future__ import annotations

# Import order is listing order, the most common first.
# ruff: noqa: I001
from .occlusion import Occlusion
from .rise import RISE
from .kernel_shap import KernelSHAP
from .sobol import Sobol

__all__ = ["RISE", "KernelSHAP", "Occlusion", "Sobol"]
