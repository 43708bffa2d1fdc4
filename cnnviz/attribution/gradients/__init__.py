"""Methods that follow the plain gradient of a score back to the pixels."""

from __future__ import annotations

from .input_x_gradient import InputXGradient
from .integrated_gradients import IntegratedGradients
from .saliency import Saliency
from .smoothgrad import SmoothGrad, SquareGrad, VarGrad

__all__ = ["InputXGradient", "IntegratedGradients", "Saliency", "SmoothGrad", "SquareGrad", "VarGrad"]
