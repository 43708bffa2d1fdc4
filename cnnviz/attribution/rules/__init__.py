"""Methods with a modified gradient at rectifiers."""

from __future__ import annotations

from .deconvnet import DeconvNet
from .guided import GuidedBackprop, GuidedGradCAM

__all__ = ["DeconvNet", "GuidedBackprop", "GuidedGradCAM"]
