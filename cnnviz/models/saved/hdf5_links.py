"""Refusal of HDF5 files that refer to other files or expand to too much data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.errors import ModelError
from cnnviz.core.reading import DAMAGED, reading

from .limits import MOST_BYTES, MOST_GROWTH


def refuse_links(path: Path, file: str) -> int:
    """Return the number of values in a file's arrays.

    ModelError for links to other files, external data, or more data than any model has.
    """
    import h5py

    total, values, most = 0, 0, most_bytes(path)
    caught: list[Exception] = []

    def look(name: str, link: Any) -> str | None:
        # A return value ends the walk; HDF5's own code loses an exception, and goes on or fails without a reason.
        try:
            return fault_of(name, link)
        except DAMAGED as error:
            caught.append(error)
            return ""

    def fault_of(name: str, link: Any) -> str | None:
        nonlocal total, values
        if not isinstance(link, h5py.HardLink):
            return f"its part {name!r} is a link to another place"
        item = opened[name]
        if isinstance(item, h5py.Dataset):
            if item.external or item.is_virtual:
                return f"its array {name!r} lies in another file"
            total += array_bytes(item)
            if total > most:
                return f"its arrays would take {total / 1e9:.1f} GB"
            values += item.size or 0
        return None

    damaged = f"cannot open {file}: the HDF5 file is damaged or cut short"
    with reading(path, damaged, ModelError), h5py.File(path, "r") as opened:
        found = opened.visititems_links(look)
        if caught:
            raise caught[0]
    if found:
        raise ModelError(f"{file} is not opened: {found}")
    return values


def most_bytes(path: Path) -> int:
    """Return the memory that the arrays of a file need; HDF5 stores zeros and unwritten parts without space."""
    return min(MOST_BYTES, MOST_GROWTH * max(path.stat().st_size, 1 << 16))


def array_bytes(dataset: Any) -> int:
    """Return the memory that an array needs."""
    return int(dataset.dtype.itemsize * np.prod(dataset.shape, dtype=np.float64))
