"""Similarity of features: linear CKA from unbiased HSIC estimates, over batches."""

from __future__ import annotations

import numpy as np

#: The unbiased estimate divides by n(n - 3).
FEWEST = 4


def centered_kernels(features: list[np.ndarray]) -> np.ndarray:
    """Return the linear kernels of layers for one batch, diagonals zero, float64 (layers, n, n).

    ``features`` are (n, …) per layer. They are centered first, which changes no estimate and preserves precision.
    """
    kernels = []
    for values in features:
        flat = values.reshape(len(values), -1).astype(np.float64)
        flat -= flat.mean(axis=0)
        kernel = flat @ flat.T
        np.fill_diagonal(kernel, 0)
        kernels.append(kernel)
    return np.stack(kernels)


def unbiased_hsic(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return HSIC₁ of each kernel of one stack with each of another, (p, q) (Nguyen et al. 2021, eq. 3).

    HSIC₁(K, L) = [tr(K̃L̃) + 1ᵀK̃1·1ᵀL̃1 / ((n-1)(n-2)) - 2/(n-2) · 1ᵀK̃L̃1] / (n(n-3)), diagonals zero.
    """
    n = first.shape[-1]
    trace = first.reshape(len(first), -1) @ second.reshape(len(second), -1).T
    rows, columns = first.sum(axis=2), second.sum(axis=2)
    both = np.outer(rows.sum(axis=1), columns.sum(axis=1)) / ((n - 1) * (n - 2))
    return np.asarray((trace + both - 2 / (n - 2) * (rows @ columns.T)) / (n * (n - 3)))


class Alignment:
    """Linear CKA of p features with q others (Kornblith et al. 2019), over batches (Nguyen et al. 2021, eq. 4)."""

    def __init__(self, first: int, second: int) -> None:
        self.cross = np.zeros((first, second))
        self.first = np.zeros(first)
        self.second = np.zeros(second)

    def add(self, first: list[np.ndarray], second: list[np.ndarray]) -> None:
        """Add one batch: features (n, …) of both sides for the same n images, n at least FEWEST."""
        k = centered_kernels(first)
        others = k if second is first else centered_kernels(second)
        self.cross += unbiased_hsic(k, others)
        self.first += _own(k)
        self.second += _own(others)

    def cka(self) -> np.ndarray:
        """Return the similarities, (p, q); 1 is identical up to rotation and scale, NaN a constant layer."""
        with np.errstate(invalid="ignore", divide="ignore"):
            scale = np.sqrt(np.outer(self.first, self.second))
            return np.asarray(np.where(scale > 0, self.cross / scale, np.nan))


def _own(kernels: np.ndarray) -> np.ndarray:
    return np.array([unbiased_hsic(one[None], one[None])[0, 0] for one in kernels])
