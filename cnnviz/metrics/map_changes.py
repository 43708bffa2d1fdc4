"""How much maps change when the image hardly does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .explained import Explained


def relative_changes(case: Explained, radius: float, samples: int) -> Iterator[np.ndarray]:
    """Yield ‖φ(x + d) − φ(x)‖ / ‖φ(x)‖ for noises d, uniform from −``radius`` to ``radius``, (n,) each.

    The radius is in units of the range from black to white. NaN for a map of zeros.
    """
    random = np.random.default_rng([case.seed, 5])
    size = np.sqrt(np.square(case.maps, dtype=np.float64).sum(axis=(1, 2)))
    for _ in range(samples):
        noise = random.uniform(-radius, radius, case.images.pixels.shape)
        apart = case.explained_again(case.perturbed(noise)).astype(np.float64) - case.maps
        change = np.sqrt(np.square(apart).sum(axis=(1, 2)))
        yield np.where(size > 0, change / np.where(size > 0, size, 1.0), np.nan)
