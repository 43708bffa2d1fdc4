"""DeconvNet: what in the image a unit was made from, by running the network backwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..method import METHODS
from .rectifiers import RectifierMethod


@METHODS.enter("deconvnet")
@dataclass(frozen=True)
class DeconvNet(RectifierMethod):
    """Gradients are rectified themselves on their way back, whatever passed forward; (n, height, width, channels).

    Max-pooling hands them to the place of each maximum, which are the paper's switches.
    """

    title = "DeconvNet"
    paper = "Zeiler & Fergus 2014, arXiv:1311.2901, section 2.1"
    measures = "reconstruction, in units of gradient"
    signed = True

    @staticmethod
    def backward(gate: Any, output: Any, gradient: Any) -> Any:
        """R_in = (R_out > 0) · R_out."""
        return gate(gradient, gradient)
