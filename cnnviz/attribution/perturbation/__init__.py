"""Methods that change the image and watch the score: they work on any model, gradients or not."""

from __future__ import annotations

# In the order in which they are listed, the usual one first.
# ruff: noqa: I001
from .occlusion import Occlusion
from .rise import RISE
from .kernel_shap import KernelSHAP

__all__ = ["RISE", "KernelSHAP", "Occlusion"]
