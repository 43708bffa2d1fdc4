"""Image features: principal components of an image's brightness and of its edges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .hog import edge_histograms

#: The most values per image; larger images are averaged over squares first.
VALUES = 1024
#: Images processed at once.
AT_ONCE = 2048
#: Principal axes kept of each part.
OF_LIGHT, OF_EDGES = 60, 80


def reduced(pixels: np.ndarray, most: int = VALUES) -> np.ndarray:
    """Return images (n, h, w, c) averaged over squares down to at most ``most`` values each, float32 (n, d)."""
    return reduced_shape(pixels, most)[0]


def reduced_shape(pixels: np.ndarray, most: int = VALUES) -> tuple[np.ndarray, int, int]:
    """Return reduced images, and their height and width."""
    count, height, width, channels = pixels.shape
    step = 1
    while (height // step) * (width // step) * channels > most and min(height, width) // (step + 1) >= 4:
        step += 1
    if step == 1:
        return pixels.reshape(count, -1).astype(np.float32), height, width
    rows, columns = height // step, width // step
    cut = pixels[:, : rows * step, : columns * step]
    squares = cut.reshape(count, rows, step, columns, step, channels)
    return squares.mean(axis=(2, 4), dtype=np.float32).reshape(count, -1), rows, columns


def looks(pixels: np.ndarray, peak: float) -> np.ndarray:
    """Return image features, float32 (n, d): principal scores of brightness and of edges.

    Both parts are scaled to a mean square length of 1 over the set.
    """
    edges = np.concatenate([_edges(pixels[i : i + AT_ONCE], peak) for i in range(0, len(pixels), AT_ONCE)])
    light = principal_scores(lambda start, stop: reduced(pixels[start:stop]), len(pixels), OF_LIGHT)
    shapes = principal_scores(lambda start, stop: edges[start:stop], len(pixels), OF_EDGES)
    parts = [part / max(1e-12, np.sqrt(np.square(part).sum(axis=1).mean())) for part in (light, shapes)]
    return np.concatenate(parts, axis=1).astype(np.float32)


def _edges(pixels: np.ndarray, peak: float) -> np.ndarray:
    rows, height, width = reduced_shape(pixels)
    gray = rows.reshape(len(pixels), height, width, -1).mean(axis=3) / np.float32(peak)
    return edge_histograms(gray)


def principal_scores(read: Callable[[int, int], np.ndarray], count: int, axes: int) -> np.ndarray:
    """Return coordinates along the first principal axes, float32 (n, k), of features that are read in parts.

    ``read`` gives the features (m, d) from one position to another. There are fewer axes than requested if the set
    varies along fewer.
    """
    parts = [(start, min(start + AT_ONCE, count)) for start in range(0, count, AT_ONCE)]
    first = read(0, 1).astype(np.float32)
    sums, products = np.zeros(first.shape[1]), np.zeros((first.shape[1], first.shape[1]))
    for start, stop in parts:
        rows = read(start, stop) - first  # near the mean, to keep float32 precision
        sums += rows.sum(axis=0, dtype=np.float64)
        products += rows.T @ rows
    mean = sums / count
    values, vectors = leading(products / count - np.outer(mean, mean), axes)
    kept = np.flatnonzero(values > 1e-6 * max(float(values[-1]), 1e-30))[::-1][:axes]
    found, middle = vectors[:, kept].astype(np.float32), (first + mean).astype(np.float32)
    return np.concatenate([(read(start, stop) - middle) @ found for start, stop in parts])


def leading(spread: np.ndarray, axes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest eigenvalues (k,) of a covariance (d, d), rising, with k at least ``axes``, and vectors (d, k).

    If only some are requested, they are computed by subspace iteration (Halko, Martinsson and Tropp 2011), which takes
    a tenth of the time; the last of them are less exact.
    """
    if axes + 20 >= len(spread) / 2:
        values, vectors = np.linalg.eigh(spread)
        return np.asarray(values), np.asarray(vectors)
    held = np.random.default_rng(0).standard_normal((len(spread), axes + 20))
    for _ in range(6):
        held, _ = np.linalg.qr(spread @ held)
    values, turned = np.linalg.eigh(held.T @ spread @ held)
    return values, held @ turned
