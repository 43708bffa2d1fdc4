"""Methods that change the picture and watch the score: they work on any model, gradients or not."""

from __future__ import annotations

from .kernel_shap import KernelSHAP
from .occlusion import Occlusion
from .rise import RISE

__all__ = ["RISE", "KernelSHAP", "Occlusion"]
