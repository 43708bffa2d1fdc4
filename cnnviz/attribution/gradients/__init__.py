"""Methods based on the plain gradient of a score with respect to the pixels."""

from __future__ import annotations

# Import order is listing order, the simplest first.
# ruff: noqa: I001
from .saliency import Saliency
from .input_x_gradient import InputXGradient
from .smoothgrad import SmoothGrad, SquareGrad, VarGrad
from .integrated_gradients import IntegratedGradients
from .expected_gradients import ExpectedGradients
from .guided_ig import GuidedIG

__all__ = [
    "ExpectedGradients",
    "GuidedIG",
    "InputXGradient",
    "IntegratedGradients",
    "Saliency",
    "SmoothGrad",
    "SquareGrad",
    "VarGrad",
]
