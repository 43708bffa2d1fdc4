"""LRP with a single rule for all layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..method import METHODS
from .propagation import EpsilonPropagation, Propagation

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe
    from cnnviz.models.relevance import RelevanceRule


@METHODS.enter("lrp-epsilon")
@dataclass(frozen=True)
class LRPEpsilon(EpsilonPropagation):
    """Relevance in proportion to all contributions to each unit, signed, (n, height, width, channels).

    ``epsilon`` stabilizes units near zero; it is absolute, in units of a layer's values before its activation. A larger
    value keeps fewer, stronger contributions. On a ReLU network an ε near 0 gives input × gradient.
    """

    title = "LRP epsilon"
    paper = "Bach, Binder, Montavon, Klauschen, Müller & Samek 2015, doi:10.1371/journal.pone.0130140, equation 58"

    def rule(self, probe: Probe) -> RelevanceRule:
        """R_j = Σ_k x_j w_jk / (z_k + ε sign z_k) R_k, everywhere."""
        from cnnviz.models.relevance import Epsilon, RelevanceRule

        one = Epsilon(self.epsilon)
        return RelevanceRule(dense=one, convolution=one, other=one)


@METHODS.enter("lrp-z-plus")
@dataclass(frozen=True)
class LRPZPlus(Propagation):
    """Relevance among positive contributions only, (n, height, width, channels); nonnegative if the score is."""

    title = "LRP z-plus"
    paper = "Montavon, Lapuschkin, Binder, Samek & Müller 2017, arXiv:1512.02479, z⁺-rule"
    measures = "share of the score, among what raises it"
    signed = True

    def rule(self, probe: Probe) -> RelevanceRule:
        """R_j = Σ_k (x_j w_jk)⁺ / Σ_j (x_j w_jk)⁺ R_k, everywhere."""
        from cnnviz.models.relevance import RelevanceRule, ZPlus

        one = ZPlus()
        return RelevanceRule(dense=one, convolution=one, other=one)
