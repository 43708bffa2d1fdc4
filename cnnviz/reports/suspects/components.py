"""Principal components of many pictures at once, in 32 bits and in parts."""

from __future__ import annotations

import numpy as np

#: Values of a picture: larger ones are averaged over squares first.
VALUES = 1024
#: Pictures in hand at once, and pictures that the axes are found from.
AT_ONCE, LEARNED_FROM = 4096, 20_000


def reduced(pixels: np.ndarray) -> np.ndarray:
    """Return pictures (n, h, w, c) averaged over squares until one has at most ``VALUES`` values, float32 (n, d)."""
    count, height, width, channels = pixels.shape
    step = 1
    while (height // step) * (width // step) * channels > VALUES and min(height, width) // (step + 1) >= 4:
        step += 1
    if step == 1:
        return pixels.reshape(count, -1).astype(np.float32)
    rows, columns = height // step, width // step
    cut = pixels[:, : rows * step, : columns * step]
    squares = cut.reshape(count, rows, step, columns, step, channels)
    return np.asarray(squares.mean(axis=(2, 4), dtype=np.float32).reshape(count, -1))


def principal_scores(
    pixels: np.ndarray, axes: int, learn_from: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinates on the first principal axes (n, k), and the length of what lies off them (n,), float32.

    Axes are those of at most ``LEARNED_FROM`` pictures, evenly spread over the set, or of those at ``learn_from``.
    There may be fewer axes than asked for, where a set varies along fewer.
    """
    if learn_from is None:
        learn_from = np.linspace(0, len(pixels) - 1, min(len(pixels), LEARNED_FROM)).astype(np.int64)
    sample = reduced(pixels[learn_from])
    mean = sample.mean(axis=0)
    sample -= mean
    values, vectors = np.linalg.eigh(sample.T @ sample)
    kept = np.flatnonzero(values > 1e-6 * max(float(values[-1]), 1e-30))[::-1][:axes]
    found = vectors[:, kept]
    scores, rest = np.zeros((len(pixels), len(kept)), np.float32), np.zeros(len(pixels), np.float32)
    for start in range(0, len(pixels), AT_ONCE):
        rows = reduced(pixels[start : start + AT_ONCE]) - mean
        scores[start : start + AT_ONCE] = rows @ found
        left = np.square(rows).sum(axis=1) - np.square(scores[start : start + AT_ONCE]).sum(axis=1)
        rest[start : start + AT_ONCE] = np.sqrt(np.maximum(left, 0))
    return scores, rest
