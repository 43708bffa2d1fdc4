"""Twins: the most similar other filter of each filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from cnnviz.core.declared_arrays import floats, integers

from .kernel_norm import norms

#: Two filters are twins if their kernels' cosine and their responses' correlation are both above this.
ALIKE = 0.9


@dataclass(frozen=True, eq=False)
class Twins:
    """The nearest other filter of each, ``twin`` int64 (channels,), −1 where there is none.

    ``cosine`` is that of the two kernels, ``correlation`` that of their mean responses over the images; both float64
    (channels,), NaN where one of the kernels is zero, or one of the responses is constant.
    """

    twin: Annotated[np.ndarray, integers("channels", least=-1, below="channels")]
    cosine: Annotated[np.ndarray, floats("channels", nan=True)]
    correlation: Annotated[np.ndarray, floats("channels", nan=True)]

    def pairs(self) -> list[tuple[int, int]]:
        """Return the pairs that exceed both thresholds, each once, the lower number first."""
        alike = (self.twin >= 0) & (self.cosine > ALIKE) & (self.correlation > ALIKE)
        return sorted({(min(i, int(self.twin[i])), max(i, int(self.twin[i]))) for i in np.flatnonzero(alike).tolist()})


def nearest_twins(kernel: np.ndarray, correlations: np.ndarray) -> Twins:
    """Return the nearest twin of each channel of a kernel (..., channels), given their response correlations.

    The nearness of two filters is the lesser of cosine and correlation, or the cosine if no correlation is known.
    """
    channels = kernel.shape[-1]
    if channels < 2:
        return no_twins(channels)
    cosines = kernel_cosines(kernel)
    # A known correlation takes precedence.
    near = np.where(np.isnan(correlations), cosines - 3, np.minimum(cosines, correlations))
    near[np.isnan(cosines) | np.eye(channels, dtype=bool)] = -np.inf
    twin = near.argmax(axis=1)
    rows = np.arange(channels)
    none = np.isneginf(near[rows, twin])
    cosine, correlation = cosines[rows, twin], correlations[rows, twin]
    return Twins(np.where(none, -1, twin), np.where(none, np.nan, cosine), np.where(none, np.nan, correlation))


def no_twins(channels: int) -> Twins:
    """Return the result for filters that are not compared."""
    return Twins(np.full(channels, -1, np.int64), np.full(channels, np.nan), np.full(channels, np.nan))


def kernel_cosines(kernel: np.ndarray) -> np.ndarray:
    """Return the cosine of every two channels' kernels, float64 (channels, channels), NaN for a kernel of zeros."""
    flat = kernel.reshape(-1, kernel.shape[-1]).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = flat / norms(kernel)
    return np.clip(unit.T @ unit, -1, 1)
