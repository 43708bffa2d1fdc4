"""DeconvNet: projection of a unit back to the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..method import METHODS
from .rectifiers import RectifierMethod


@METHODS.enter("deconvnet")
@dataclass(frozen=True)
class DeconvNet(RectifierMethod):
    """The gradient rectified at every rectifier, regardless of the forward pass; (n, height, width, channels).

    Max-pooling passes it to the place of each maximum, the paper's switches.
    """

    title = "DeconvNet"
    paper = "Zeiler & Fergus 2014, arXiv:1311.2901, section 2.1"
    measures = "reconstruction, in units of gradient"
    signed = True

    @staticmethod
    def backward(gate: Any, output: Any, gradient: Any) -> Any:
        """R_in = (R_out > 0) · R_out."""
        return gate(gradient, gradient)
