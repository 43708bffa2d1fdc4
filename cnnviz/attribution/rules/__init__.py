"""Methods that lead the gradient back through rectifiers in another way."""

from __future__ import annotations

from .deconvnet import DeconvNet
from .guided import GuidedBackprop, GuidedGradCAM

__all__ = ["DeconvNet", "GuidedBackprop", "GuidedGradCAM"]
