"""NumPy arrays of paths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..image_list import ImageList
from ..images import Images
from .path_list import open_paths
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object is an array of paths."""
    if not isinstance(source, np.ndarray) or source.ndim != 1 or not source.size or source.dtype.kind not in "OU":
        return False
    return all(isinstance(item, str | Path) for item in source.tolist())


def open_object(source: Any, request: Request) -> Images | ImageList:
    """Return the image files, as a list of these paths gives them."""
    return open_paths(source.tolist(), request)
