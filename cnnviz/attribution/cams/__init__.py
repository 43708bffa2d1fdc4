"""Class activation maps: the maps of a layer, weighted by what each says for the score."""

from __future__ import annotations

# In the order in which they are listed, the usual one first.
# ruff: noqa: I001
from .grad_cam import GradCAM
from .grad_cam_plus_plus import GradCAMPlusPlus
from .layer_cam import LayerCAM
from .hires_cam import HiResCAM
from .xgrad_cam import XGradCAM
from .score_cam import ScoreCAM
from .eigen_cam import EigenCAM

__all__ = ["EigenCAM", "GradCAM", "GradCAMPlusPlus", "HiResCAM", "LayerCAM", "ScoreCAM", "XGradCAM"]
