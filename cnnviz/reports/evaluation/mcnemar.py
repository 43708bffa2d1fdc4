"""McNemar's test (1947): the significance of two models' difference on the same images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: With fewer discordant images, the exact binomial test is used.
EXACT_BELOW = 25


@dataclass(frozen=True)
class McNemar:
    """The result of McNemar's test; ``only_first`` and ``only_second`` count images that only one model gets right.

    ``statistic`` is χ² with Edwards' continuity correction and one degree of freedom, or, where ``exact``, the
    smaller of the two counts, which is binomial. ``p`` is two-sided.
    """

    only_first: int
    only_second: int
    statistic: float
    p: float
    exact: bool


def mcnemar(first: np.ndarray, second: np.ndarray) -> McNemar:
    """Test two models that are right (bool, (n,)) on the same images."""
    from scipy.stats import binom, chi2

    b, c = int((first & ~second).sum()), int((second & ~first).sum())
    if b + c < EXACT_BELOW:
        p = 1.0 if b == c else min(1.0, 2 * float(binom.cdf(min(b, c), b + c, 0.5)))
        return McNemar(b, c, float(min(b, c)), p, exact=True)
    statistic = max(0, abs(b - c) - 1) ** 2 / (b + c)
    return McNemar(b, c, statistic, float(chi2.sf(statistic, 1)), exact=False)
