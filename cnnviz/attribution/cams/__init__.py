"""Class activation maps: weighted sums of a layer's maps."""

from __future__ import annotations

# Import order is listing order, the most common first.
# ruff: noqa: I001
from .grad_cam import GradCAM
from .grad_cam_plus_plus import GradCAMPlusPlus
from .layer_cam import LayerCAM
from .hires_cam import HiResCAM
from .xgrad_cam import XGradCAM
from .score_cam import ScoreCAM
from .eigen_cam import EigenCAM

__all__ = ["EigenCAM", "GradCAM", "GradCAMPlusPlus", "HiResCAM", "LayerCAM", "ScoreCAM", "XGradCAM"]
