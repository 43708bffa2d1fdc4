"""Pixel-wise comparison of image pairs: correlation, and whether the difference is only noise."""

from __future__ import annotations

import numpy as np

#: Correlation from which two images are the same, whatever the difference.
SAME = 0.995
#: The same for smoothed images, in which most noise is gone.
SAME_SMOOTHED = 0.9975
#: Smoothing leaves 0.14 of the energy of white noise, and more of anything that has a shape. The most that may be left,
#: by the correlation of the smoothed images: linear between these points; below the first, none.
WHITE = ((0.99, 0.21), (0.996, 0.29))
#: The least correlation without smoothing, since smoothing hides differences of texture.
LEAST = 0.978
#: The most pairs times pixels processed at once.
AT_ONCE = 4_000_000


def correlations(
    pixels: np.ndarray, others: np.ndarray, first: np.ndarray, second: np.ndarray, moves: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return Pearson's correlation of pairs of images, unsmoothed and smoothed, both (m,) float64.

    ``moves`` (m, 2) is the shift of the second image relative to the first, in rows and columns; only the overlap
    counts. An image that is flat there correlates with nothing: 0. Pairs that correlate by less than ``LEAST`` are not
    smoothed: 0.
    """
    plain, smooth = np.zeros(len(first)), np.zeros(len(first))
    step = max(1, AT_ONCE // int(np.prod(pixels.shape[1:])))
    for down, across in np.unique(moves, axis=0).tolist():
        own = np.flatnonzero((moves == (down, across)).all(axis=1))
        for start in range(0, len(own), step):
            part = own[start : start + step]
            a = shown(pixels[first[part]], -down, -across).astype(np.float32)
            b = shown(others[second[part]], down, across).astype(np.float32)
            plain[part] = pearson(a, b)
            hopeful = plain[part] >= LEAST
            smooth[part[hopeful]] = pearson(smoothed(a[hopeful]), smoothed(b[hopeful]))
    return plain, smooth


def one_picture(plain: np.ndarray, smooth: np.ndarray) -> np.ndarray:
    """Return whether each pair is the same image, from its two correlations (m,)."""
    limit = np.interp(smooth, [where for where, _ in WHITE], [most for _, most in WHITE])
    noise = (smooth >= WHITE[0][0]) & (1 - smooth <= limit * (1 - plain))
    return np.asarray((plain >= SAME) | ((plain >= LEAST) & ((smooth >= SAME_SMOOTHED) | noise)))


def shown(pixels: np.ndarray, down: int, across: int) -> np.ndarray:
    """Return the part of images (n, h, w, c) that remains after they are shifted back by so much."""
    _, height, width, _ = pixels.shape
    return pixels[:, max(0, down) : height + min(0, down), max(0, across) : width + min(0, across)]


def pearson(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the correlation of each image of one array with that of the other, (n,) float64."""
    a, b = (rows.reshape(len(rows), int(np.prod(rows.shape[1:]))) for rows in (a, b))
    a, b = (rows - rows.mean(axis=1, keepdims=True) for rows in (a, b))
    lengths = np.sqrt(np.square(a).sum(axis=1, dtype=np.float64) * np.square(b).sum(axis=1, dtype=np.float64))
    products = np.einsum("ij,ij->i", a, b).astype(np.float64)
    return np.divide(products, lengths, out=np.zeros(len(a)), where=lengths > 1e-9)


def smoothed(pixels: np.ndarray) -> np.ndarray:
    """Return images smoothed by 1-2-1 along both axes; an axis that is too short stays unsmoothed."""
    for axis in (1, 2):
        if pixels.shape[axis] < 3:
            continue
        edge = [(0, 0)] * 4
        edge[axis] = (1, 1)
        wide = np.moveaxis(np.pad(pixels, edge, mode="edge"), axis, 0)
        pixels = np.moveaxis((wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4, 0, axis)
    return pixels
