"""Channel statistics as a table with one row per image, layer and channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.documented import write_table

if TYPE_CHECKING:
    from .activations import Activations

COLUMNS = (
    "picture",
    "name",
    "true",
    "predicted",
    "layer",
    "channel",
    "lowest",
    "mean",
    "highest",
    "share_not_zero",
)


def channel_rows(result: Activations) -> Iterator[tuple[Cell, ...]]:
    """Yield one row of COLUMNS per image, layer and channel, in this order.

    ``picture`` is the image's number in its set. In a layer without maps each unit is a channel, and ``lowest``,
    ``mean`` and ``highest`` are its value. Numbers are the shortest that round-trip to the same float32.
    """
    images, names = result.images, result.model.class_names
    assert images.indices is not None
    numbers = {path: _numbers(values) for path, values in result.values.items()}
    for i in range(len(result)):
        about = (
            int(images.indices[i]),
            images.names[i] if images.names else None,
            None if images.labels is None else images.class_names[images.labels[i]],
            names[result.predicted[i]] if names else None,
        )
        for path, held in numbers.items():
            for channel, row in enumerate(held[i]):
                yield (*about, path, channel, *(float(str(value)) for value in row))


def _numbers(values: np.ndarray) -> np.ndarray:
    """Return float32 (n, channels, 4): lowest, mean, highest, share of cells that are not zero."""
    cells = (
        values.reshape(len(values), -1, values.shape[-1]) if values.ndim == 4 else values.reshape(len(values), 1, -1)
    )
    columns = (cells.min(axis=1), cells.mean(axis=1, dtype=np.float64), cells.max(axis=1), (cells != 0).mean(axis=1))
    # Adding zero turns -0.0 into 0.0.
    return np.stack(columns, axis=2).astype(np.float32) + np.float32(0)


def save_channels(parts: Iterable[Activations], path: Path, force: bool = True) -> Path:
    """Write the rows of results that come in batches to one CSV file, in UTF-8, and return its path."""
    return write_table(chain([COLUMNS], chain.from_iterable(map(channel_rows, parts))), path, force)
