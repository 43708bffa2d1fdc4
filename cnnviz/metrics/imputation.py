"""Noisy linear imputation: removed pixels as weighted means of their neighbors."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

#: Neighbors by row and column, with their weights: those beside count twice as much as those across.
_NEIGHBORS = {
    **dict.fromkeys(((-1, 0), (1, 0), (0, -1), (0, 1)), 1 / 6),
    **dict.fromkeys(((-1, -1), (-1, 1), (1, -1), (1, 1)), 1 / 12),
}


def imputed(image: np.ndarray, removed: np.ndarray, noise: float, random: np.random.Generator) -> np.ndarray:
    """Return an image (h, w, c) whose ``removed`` pixels, bool (h, w), solve the equations of their neighbors.

    Each is the mean of its neighbors inside the image, those beside weighted 1/6 and those across 1/12, in each channel
    (Rong et al. 2022, section 4.1), plus Gaussian ``noise``. An image with every pixel removed is its own mean.
    """
    from scipy.sparse.linalg import spsolve

    count = int(removed.sum())
    if not count:
        return image
    if removed.all():
        filled = np.broadcast_to(image.mean(axis=(0, 1)), image.shape).copy()
    else:
        matrix = _equations(removed.shape)
        gone = removed.ravel()
        rows = matrix[gone]
        flat = image.reshape(-1, image.shape[2])
        known = -(rows[:, ~gone] @ flat[~gone])
        found = spsolve(rows[:, gone].tocsc(), known)
        filled = flat.copy()
        filled[gone] = found.reshape(count, image.shape[2])
        filled = filled.reshape(image.shape)
    filled[removed] += random.normal(0, noise, (count, image.shape[2]))
    return filled


@lru_cache(maxsize=8)
def _equations(shape: tuple[int, int]) -> Any:
    """Return the equations of all pixels, sparse (pixels, pixels): pixel − weighted mean of its neighbors = 0."""
    from scipy.sparse import coo_array

    height, width = shape
    rows, columns = np.divmod(np.arange(height * width), width)
    places, others, weights = [], [], []
    total = np.zeros(height * width)
    for (down, across), weight in _NEIGHBORS.items():
        r, c = rows + down, columns + across
        inside = (r >= 0) & (r < height) & (c >= 0) & (c < width)
        places.append(np.flatnonzero(inside))
        others.append((r * width + c)[inside])
        weights.append(np.full(int(inside.sum()), -weight))
        total[inside] += weight
    diagonal = np.arange(height * width)
    data = np.concatenate([*weights, total])
    where = (np.concatenate([*places, diagonal]), np.concatenate([*others, diagonal]))
    return coo_array((data, where), shape=(height * width, height * width)).tocsr()
