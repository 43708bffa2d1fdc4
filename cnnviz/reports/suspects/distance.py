"""How far pictures lie from the others of their class: from the nearest ones, along and off the principal axes."""

from __future__ import annotations

import numpy as np

from .components import principal_scores

#: Principal axes of the set that pictures are compared along.
AXES = 32
#: Which of the nearest of its class a picture's distance is taken to: a few copies of it do not make it usual.
NEIGHBOUR = 10
#: Pictures of a class that a spread can be told from.
FEWEST = 20
#: Distances in hand at once, in rows.
AT_ONCE = 1024


def class_distances(pixels: np.ndarray, groups: list[np.ndarray]) -> np.ndarray:
    """Return how much further each picture is from its class than is usual there, (n,) float64.

    The distance is that to the tenth nearest picture of the class, along the set's principal axes and with the length
    of what lies off them as one axis more. It is taken as a logarithm and told in units of the class's spread (that of
    its quartiles, as of a normal distribution): 0 is usual, 5 is far out. NaN for classes of fewer than ``FEWEST``.
    """
    scores, rest = principal_scores(pixels, AXES)
    points = np.concatenate([scores, rest[:, None]], axis=1)
    far = np.full(len(pixels), np.nan)
    for own in groups:
        if len(own) >= FEWEST:
            logs = 0.5 * np.log(np.maximum(_to_neighbour(points[own]), 1e-9))
            low, half, high = np.quantile(logs, [0.25, 0.5, 0.75])
            far[own] = (logs - half) / max((high - low) / 1.349, 1e-6)
    return far


def _to_neighbour(points: np.ndarray) -> np.ndarray:
    """Return each point's squared distance to its tenth nearest, (n,) float64."""
    squares = np.square(points).sum(axis=1)
    made = np.zeros(len(points))
    for start in range(0, len(points), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        apart = squares[part, None] + squares - 2 * (points[part] @ points.T)
        made[part] = np.partition(apart, NEIGHBOUR, axis=1)[:, NEIGHBOUR]  # the nearest is the picture itself
    return made
