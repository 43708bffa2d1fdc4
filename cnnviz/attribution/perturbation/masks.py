"""Random masks of RISE: coarse grids, upsampled and shifted."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from cnnviz.core.resize_maps import upsample

#: Bytes of masks in memory at once.
AT_ONCE = 16 * 2**20


@lru_cache(maxsize=4)
def random_masks(size: tuple[int, int], cells: int, keep: float, seed: int, start: int, stop: int) -> np.ndarray:
    """Return masks ``start`` to ``stop``, float32 (m, *size) in 0…1, read-only; the last few calls are cached.

    A grid of cells × cells, each 1 with probability ``keep`` and else 0, is upsampled bilinearly to one cell more than
    the image's size, and cropped at a random offset of up to one cell. Each mask has its own seed.
    """
    height, width = size
    # Rounded up, so that the crop fits where the cells do not divide the image.
    tall, wide = -(-height // cells), -(-width // cells)
    drawn = np.empty((stop - start, height, width), np.float32)
    for place, number in enumerate(range(start, stop)):
        rng = np.random.default_rng((seed, number))
        grid = (rng.random((1, cells, cells)) < keep).astype(np.float32)
        top, left = rng.integers(0, (tall + 1, wide + 1))
        smooth = upsample(grid, ((cells + 1) * tall, (cells + 1) * wide))
        drawn[place] = smooth[0, top : top + height, left : left + width]
    drawn.flags.writeable = False
    return drawn


def parts(count: int, size: tuple[int, int]) -> list[tuple[int, int]]:
    """Return (start, stop) of parts of ``count`` masks that stay within AT_ONCE."""
    step = max(1, AT_ONCE // (4 * size[0] * size[1]))
    return [(start, min(start + step, count)) for start in range(0, count, step)]
