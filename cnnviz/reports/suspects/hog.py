"""Histograms of oriented gradients (Dalal and Triggs 2005), for many images at once."""

from __future__ import annotations

import numpy as np

#: Orientation bins over half a turn, and the side of a cell in pixels.
DIRECTIONS, CELL = 9, 4


def edge_histograms(gray: np.ndarray) -> np.ndarray:
    """Return the strength of edges by direction in each cell, float32 (n, d), of images (n, h, w) in 0…1.

    Each cell is normalized by the strength in it and its eight neighbors, so that brightness has no effect. Pixels at
    the right and the bottom that do not fill a cell are left out.
    """
    count, height, width = gray.shape
    rows, columns = height // CELL, width // CELL
    light = np.sqrt(np.maximum(gray, 0)).astype(np.float32)
    down, across = np.zeros_like(light), np.zeros_like(light)
    down[:, 1:-1] = light[:, 2:] - light[:, :-2]
    across[:, :, 1:-1] = light[:, :, 2:] - light[:, :, :-2]
    down, across = (gradient[:, : rows * CELL, : columns * CELL] for gradient in (down, across))
    strength = np.hypot(down, across)
    angle = (np.arctan2(down, across) % np.float32(np.pi)) * np.float32(DIRECTIONS / np.pi)
    below = np.minimum(angle.astype(np.int32), DIRECTIONS - 1)
    share = np.clip(angle - below, 0, 1)
    cell = (np.arange(rows * CELL) // CELL)[:, None] * columns + np.arange(columns * CELL) // CELL
    place = (np.arange(count)[:, None, None] * (rows * columns) + cell) * DIRECTIONS
    size = count * rows * columns * DIRECTIONS
    above = np.where(below == DIRECTIONS - 1, 0, below + 1)
    held = np.bincount((place + below).ravel(), (strength * (1 - share)).ravel(), size)
    held += np.bincount((place + above).ravel(), (strength * share).ravel(), size)
    cells = held.reshape(count, rows, columns, DIRECTIONS)
    around = np.pad(np.square(cells).sum(axis=3), ((0, 0), (1, 1), (1, 1)))
    nearby = sum(around[:, i : i + rows, j : j + columns] for i in range(3) for j in range(3))
    return (cells / np.sqrt(nearby + 0.1)[..., None]).reshape(count, -1).astype(np.float32)
