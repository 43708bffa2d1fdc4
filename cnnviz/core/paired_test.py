"""Whether paired differences have a mean other than zero, and many such tests at once."""

from __future__ import annotations

import numpy as np

#: Random sign changes of a test; the least p-value is one over one more.
ROUNDS = 9_999
#: The most signs in memory at once.
_MOST = 4_000_000


def sign_flip_test(differences: np.ndarray, seed: int = 0, rounds: int = ROUNDS) -> float:
    """Return the two-sided p-value of the mean of paired differences, (n,), against zero.

    Under the null hypothesis each difference may as well have the other sign (Fisher, "The Design of Experiments",
    1935). All 2ⁿ sign changes are tried where they are fewer than ``rounds``, else so many at random, the observed one
    counted in. 1 for differences that are all zero.
    """
    values = np.asarray(differences, np.float64)
    if not values.any():
        return 1.0
    observed = abs(values.sum())
    # Sums of the same differences in another order differ in their last digits.
    bound = observed * (1 - 1e-12)
    if 2 ** len(values) <= rounds:
        every = (np.arange(2 ** len(values))[:, None] >> np.arange(len(values))) & 1
        return float((np.abs((1 - 2 * every) @ values) >= bound).mean())
    random, extreme, step = np.random.default_rng(seed), 1, max(1, _MOST // len(values))
    for begin in range(0, rounds, step):
        signs = random.integers(0, 2, (min(step, rounds - begin), len(values))) * 2 - 1
        extreme += int((np.abs(signs @ values) >= bound).sum())
    return extreme / (rounds + 1)


def holm(p_values: np.ndarray) -> np.ndarray:
    """Return p-values corrected for their number, in the same order (Holm, Scandinavian J. of Statistics 1979)."""
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p, kind="stable")
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    return corrected
