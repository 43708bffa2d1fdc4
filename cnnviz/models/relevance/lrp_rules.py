"""The rules by which a linear step redistributes relevance.

Each is a sum of linear maps, Σ_t f(x_t; w_t) with versions x_t of the inputs and w_t of the weights. With z this sum
plus the bias terms, and s = R / (z + ε sign z), input j receives R_j = Σ_t x_tj · (∂f/∂x_t)ᵀ s; the biases absorb b · s
and the stabilizer ε the rest. Where z is 0, nothing is redistributed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..import_tensorflow import tensorflow

#: (inputs, version of the weights): "own", "positive", "negative" or "ones". Inputs that are the same for all images
#: may be given once.
Term = tuple[Sequence[Any], str]


@dataclass(frozen=True)
class Bounds:
    """The bounds of a first layer's inputs, (1, *shape) each; ``ones`` is 0 where zeros are padded and 1 elsewhere."""

    low: np.ndarray
    high: np.ndarray
    ones: np.ndarray


@dataclass(frozen=True)
class Redistribution:
    """Redistribution of relevance over a linear step's inputs; ``epsilon`` is absolute, in units of the step's z."""

    epsilon: float = 1e-9

    #: Whether z is the step's own result, which saves computing it again and merging other steps.
    plain: ClassVar[bool] = False

    def terms(self, xs: Sequence[Any], never_negative: bool, bounds: Bounds | None) -> list[Term]:
        """Return the terms for inputs ``xs``; ``never_negative`` if that is known of all of them."""
        raise NotImplementedError

    def bias(self, bias: Any) -> Any:
        """Return the bias terms that take part, or None."""
        return None


@dataclass(frozen=True)
class Epsilon(Redistribution):
    """R_j = Σ_k x_j w_jk / (z_k + ε sign z_k) R_k with z_k = Σ_j x_j w_jk + b_k.

    Bach et al. 2015, equation 58; Montavon et al. 2019, section 10.2.1 (LRP-ε).
    """

    epsilon: float = 1e-6
    plain = True

    def terms(self, xs: Sequence[Any], never_negative: bool, bounds: Bounds | None) -> list[Term]:
        """Return the inputs with unmodified weights."""
        return [(xs, "own")]

    def bias(self, bias: Any) -> Any:
        """Return the whole bias."""
        return bias


@dataclass(frozen=True)
class ZPlus(Redistribution):
    """Only positive contributions count: R_j = Σ_k (x_j w_jk)⁺ / z_k R_k with z_k = Σ_j (x_j w_jk)⁺ + b_k⁺.

    Montavon et al. 2017, arXiv:1512.02479, the z⁺-rule, for inputs of either sign as (x w)⁺ = x⁺w⁺ + x⁻w⁻; a positive
    bias counts as one input more, as in Bach et al. 2015, equation 60 with α = 1.
    """

    def terms(self, xs: Sequence[Any], never_negative: bool, bounds: Bounds | None) -> list[Term]:
        """Return positive inputs with positive weights and negative ones with negative weights."""
        tf = tensorflow()
        if never_negative:
            return [(xs, "positive")]
        return [([tf.maximum(x, 0) for x in xs], "positive"), ([tf.minimum(x, 0) for x in xs], "negative")]

    def bias(self, bias: Any) -> Any:
        """Return the positive part of the bias."""
        return tensorflow().maximum(bias, 0)


@dataclass(frozen=True)
class ZBox(Redistribution):
    """For inputs between l and h: R_j = Σ_k (x_j w_jk − l_j w_jk⁺ − h_j w_jk⁻) / Σ_j (the same) R_k.

    Montavon et al. 2017, arXiv:1512.02479, the z^B-rule; Montavon et al. 2019, section 10.3.2. Biases have no share.
    """

    def terms(self, xs: Sequence[Any], never_negative: bool, bounds: Bounds | None) -> list[Term]:
        """Return the inputs, the lower bounds and the upper bounds."""
        assert bounds is not None
        ends = [(bounds.low, "positive"), (bounds.high, "negative")]
        tf = tensorflow()
        return [(xs, "own"), *(([tf.cast(-end, xs[0].dtype)], weights) for end, weights in ends if end.any())]


@dataclass(frozen=True)
class Flat(Redistribution):
    """Every input has the same share: R_j = Σ_k 1 / Σ_j 1 R_k.

    Lapuschkin et al. 2019, arXiv:1902.10178, "flat".
    """

    def terms(self, xs: Sequence[Any], never_negative: bool, bounds: Bounds | None) -> list[Term]:
        """Return ones, and zeros where there is no input."""
        assert bounds is not None
        return [([tensorflow().cast(bounds.ones, xs[0].dtype)], "ones")]
