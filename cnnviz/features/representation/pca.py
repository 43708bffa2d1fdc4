"""Principal component analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from cnnviz.core.declared_arrays import floats


@dataclass(frozen=True, eq=False)
class Plane:
    """Principal axes: ``mean`` (d,), ``axes`` (k, d) of length 1, ``explained`` (k,) their shares of variance."""

    mean: Annotated[np.ndarray, floats("d")]
    axes: Annotated[np.ndarray, floats("k", "d")]
    explained: Annotated[np.ndarray, floats("k")]

    def project(self, features: np.ndarray) -> np.ndarray:
        """Return the coordinates of features (n, d) in the plane, float32 (n, k)."""
        return np.asarray((features - self.mean) @ self.axes.T, np.float32)


def principal_plane(features: np.ndarray, axes: int = 2) -> Plane:
    """Return the first principal axes of (n, d); each points where its largest entry is positive.

    Axes along which nothing varies are zero.
    """
    held = np.asarray(features, np.float64)
    mean = held.mean(axis=0)
    _, sigma, found = np.linalg.svd(held - mean, full_matrices=False)
    made = np.zeros((axes, held.shape[1]))
    kept = min(axes, int((sigma > sigma[:1] * 1e-12).sum()))
    made[:kept] = found[:kept]
    signs = np.sign(made[np.arange(axes), np.abs(made).argmax(axis=1)])
    explained = np.zeros(axes)
    total = np.square(sigma).sum()
    if total:
        explained[:kept] = np.square(sigma[:kept]) / total
    return Plane(mean, made * signs[:, None], explained)
