"""Columns of pandas: of paths, of Pillow's images, of arrays or of files' bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cnnviz.core.errors import DataError

from ..image_list import ImageList
from ..images import Images
from . import image_sequence
from .path_list import open_paths
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object is a Series, an Index, an array of pandas' own or a DataFrame."""
    return hasattr(source, "to_numpy") and (hasattr(source, "iloc") or hasattr(source, "tolist"))


def open_object(source: Any, request: Request) -> Images | ImageList:
    """Return the images of a column; DataError for a table, whose columns it names."""
    if hasattr(source, "columns"):
        columns = [str(name) for name in source.columns]
        raise DataError(
            f"this is a table with the columns {', '.join(columns[:8])}; give the one of paths, such as "
            f"table[{columns[0] if columns else 'path'!r}], or (paths, labels)"
        )
    items = source.tolist()
    paths = [isinstance(item, str | Path) for item in items]
    if any(paths):
        if not all(paths):
            row = paths.index(False)
            raise DataError(f"row {row} of the column of paths holds {items[row]!r}; leave such rows out")
        return open_paths(items, request)
    return image_sequence.open_object(items, request)
