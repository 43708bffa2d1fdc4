"""Sparseness and dimensionality of a layer's values."""

from __future__ import annotations

import numpy as np


def sparseness(first: np.ndarray, second: np.ndarray, count: int) -> np.ndarray:
    """Return the sparseness of Treves & Rolls 1991, scaled as in Vinje & Gallant 2000: 0 all equal, 1 a single one.

    ``first`` are sums of sizes and ``second`` sums of squares over ``count`` values; S = (1 - (Σ|r|/n)² / (Σr²/n)) /
    (1 - 1/n). NaN where all values are zero, or there is only one.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.square(first / count) / (second / count)
        return np.asarray((1 - share) / (1 - 1 / count if count > 1 else np.nan), np.float64)


def effective_rank(along: np.ndarray) -> float:
    """Return exp(H(p)) with p_k = σ_k / Σσ (Roy & Vetterli 2007, section 2), from 1 to the number of dimensions.

    σ are the singular values of the centered data, the roots of the variances ``along`` its axes; 0 if nothing varies.
    """
    sigma = np.sqrt(along)
    total = sigma.sum()
    if total == 0:
        return 0.0
    p = sigma[sigma > 0] / total
    return float(np.exp(-(p * np.log(p)).sum()))


def participation_ratio(along: np.ndarray) -> float:
    """Return (Σλ)² / Σλ² of variances, from 1 to the number of dimensions (Gao et al. 2017); 0 if nothing varies."""
    square = np.square(along).sum()
    return float(along.sum() ** 2 / square) if square else 0.0


def variances(covariance: np.ndarray, images: int | None = None) -> np.ndarray:
    """Return the variances along the principal axes, highest first, with rounding errors set to zero.

    ``images`` is how many the covariance (units, units) is of, if known; its rank is less. With few images for many
    units it is reduced to its range first, found by random vectors (Halko et al. 2011, algorithm 4.1), to save time.
    """
    units = len(covariance)
    if images is not None and 8 * images < units:
        random = np.random.default_rng(0).standard_normal((units, images))
        basis = np.linalg.qr(covariance @ random)[0]
        found = np.zeros(units)
        found[:images] = np.linalg.eigvalsh(basis.T @ covariance @ basis)[::-1]
    else:
        found = np.linalg.eigvalsh(covariance)[::-1]
    least = max(found[0], 0) * units * np.finfo(np.float64).eps
    return np.where(found > least, found, 0.0)
