"""How much of a known answer a map finds, one number an image."""

from __future__ import annotations

import numpy as np

from cnnviz.core.resize_maps import upsample


def strength(maps: np.ndarray, shape: tuple[int, int], signed: bool) -> np.ndarray:
    """Return the evidence at each pixel, (n, h, w), not negative: positive relevance if ``signed``, else magnitude.

    Maps of another size are upsampled first, bilinear with half-pixel centers.
    """
    full = np.asarray(maps, np.float64)
    if full.shape[1:] != shape:
        full = upsample(np.asarray(maps, np.float32), shape).astype(np.float64)
    return np.maximum(full, 0.0) if signed else np.abs(full)


def precision(found: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return the share of the K strongest pixels that are among the K of the truth, (n,), from 0 to 1.

    Pixels of equal strength count by the share of them that fits, which is the mean over all orders of ties: a
    constant map scores the share of the image that the truth covers.
    """
    scores = np.empty(len(found))
    for i, (values, mask) in enumerate(zip(found.reshape(len(found), -1), truth.reshape(len(truth), -1), strict=True)):
        size = int(mask.sum())
        bound = np.partition(values, len(values) - size)[len(values) - size]
        above, level = values > bound, values == bound
        room = size - int(above.sum())
        scores[i] = (mask[above].sum() + mask[level].sum() * room / level.sum()) / size
    return scores


def mass(found: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return the share of all evidence inside the truth, (n,), from 0 to 1; for a map of zeros, that of its area."""
    inside = (found * truth).sum(axis=(1, 2))
    whole = found.sum(axis=(1, 2))
    area = truth.mean(axis=(1, 2))
    return np.where(whole > 0, inside / np.where(whole > 0, whole, 1.0), area)


def pointing(found: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return whether the strongest pixel lies in the truth, (n,) (Zhang et al., "Top-down neural attention", 2016).

    Of several equally strong pixels the share that lies in it counts.
    """
    best = found == found.max(axis=(1, 2), keepdims=True)
    share: np.ndarray = (best & truth).sum(axis=(1, 2)) / best.sum(axis=(1, 2))
    return share
