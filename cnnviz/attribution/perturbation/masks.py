"""Random masks of RISE: coarse grids, upsampled and shifted."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from cnnviz.core.resize_maps import upsample
from cnnviz.models.import_tensorflow import tensorflow

#: Bytes of masks in memory at once.
AT_ONCE = 16 * 2**20


@lru_cache(maxsize=64)
def random_grids(
    size: tuple[int, int], cells: int, keep: float, seed: int, start: int, stop: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return what masks ``start`` to ``stop`` are made of, read-only; each mask has its own seed.

    These are grids, float32 (m, cells, cells), of 1 with probability ``keep`` and else 0, and the offsets at which the
    upsampled grids are cropped, int32 (m, 2), of up to one cell.
    """
    tall, wide = _cell(size, cells)
    grids, offsets = np.empty((stop - start, cells, cells), np.float32), np.empty((stop - start, 2), np.int32)
    for place, number in enumerate(range(start, stop)):
        rng = np.random.default_rng((seed, number))
        grids[place] = rng.random((1, cells, cells)) < keep
        offsets[place] = rng.integers(0, (tall + 1, wide + 1))
    grids.flags.writeable = offsets.flags.writeable = False
    return grids, offsets


def mask_weights(size: tuple[int, int], cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of a grid's rows in the rows of its uncropped mask, and the same for columns, float32.

    A mask is one cell larger than the image, so that every crop fits.
    """
    tall, wide = (
        upsample(np.eye(cells, dtype=np.float32)[None], ((cells + 1) * cell, cells))[0] for cell in _cell(size, cells)
    )
    return tall, wide


def upsampled_masks(grids: Any, offsets: Any, down: Any, across: Any, size: tuple[int, int]) -> Any:
    """Return the masks of grids, a tensor (m, *size) in 0…1; ``down`` and ``across`` are the ``mask_weights``."""
    tf = tensorflow()
    rows = tf.gather(down, offsets[:, :1] + tf.range(size[0]))
    columns = tf.gather(across, offsets[:, 1:] + tf.range(size[1]))
    return tf.matmul(tf.matmul(rows, grids), columns, transpose_b=True)


def random_masks(size: tuple[int, int], cells: int, keep: float, seed: int, start: int, stop: int) -> np.ndarray:
    """Return masks ``start`` to ``stop``, float32 (m, *size) in 0…1: see ``random_grids``."""
    made = upsampled_masks(*random_grids(size, cells, keep, seed, start, stop), *mask_weights(size, cells), size)
    return np.asarray(made)


def _cell(size: tuple[int, int], cells: int) -> tuple[int, int]:
    """Return a cell's height and width, rounded up, so that the crop fits where the cells do not divide the image."""
    return -(-size[0] // cells), -(-size[1] // cells)


def parts(count: int, size: tuple[int, int]) -> list[tuple[int, int]]:
    """Return (start, stop) of parts of ``count`` masks that stay within AT_ONCE."""
    step = max(1, AT_ONCE // (4 * size[0] * size[1]))
    return [(start, min(start + step, count)) for start in range(0, count, step)]
