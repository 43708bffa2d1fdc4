"""Composite LRP, with a rule for each kind of layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..method import METHODS
from .propagation import EpsilonPropagation

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe
    from cnnviz.models.relevance import RelevanceRule
    from cnnviz.models.relevance.tensor_analysis import InputBounds


@METHODS.enter("lrp")
@dataclass(frozen=True)
class LRP(EpsilonPropagation):
    """LRP-ε on dense layers, z⁺ on convolutions, and ``first`` on the layer that takes the pixels.

    Signed, (n, height, width, channels). "z-box" uses the bounds black and white of the pixels, "flat" distributes
    evenly, "same" treats the first layer like the others. Additions, averages and normalizations without a preceding
    convolution follow LRP-ε.
    """

    first: Literal["z-box", "flat", "same"] = "z-box"

    title = "LRP"
    paper = (
        "Montavon, Binder, Lapuschkin, Samek & Müller 2019, Layer-Wise Relevance Propagation: An Overview, "
        "doi:10.1007/978-3-030-28954-6_10, sections 10.2.1, 10.3 and 10.3.2"
    )

    def rule(self, probe: Probe) -> RelevanceRule:
        """Return ε for dense layers, z⁺ for convolutions, z^B or flat for the first."""
        from cnnviz.models.relevance import Epsilon, Flat, RelevanceRule, ZBox, ZPlus

        epsilon = Epsilon(self.epsilon)
        bounds = None if self.first == "same" else _bounds(probe)
        first = None if bounds is None else ZBox() if self.first == "z-box" else Flat()
        return RelevanceRule(dense=epsilon, convolution=ZPlus(), other=epsilon, first=first, bounds=bounds)

    def notes(self, probe: Probe) -> tuple[str, ...]:
        """Return the notes, with the rule of the first layer."""
        said = super().notes(probe)
        if self.first == "same" or _bounds(probe) is not None:
            return said
        return (*said, "your scale function has unknown bounds: no first-layer rule")


def _bounds(probe: Probe) -> InputBounds | None:
    """Return the inputs of black and of white, or None for a user's scale function."""
    from cnnviz.models.relevance import InputBounds

    affine = probe.scale.affine
    if affine is None:
        return None
    black = np.asarray(affine.shift)
    white = black + np.asarray(affine.factor)
    low, high = (tuple(float(one) for one in ends) for ends in (np.minimum(black, white), np.maximum(black, white)))
    return InputBounds(low, high, probe.card.input_shape, probe.runner.input_shape)
