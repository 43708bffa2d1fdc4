"""Lists of paths, patterns and folders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cnnviz.core.errors import UsageError

from ..dispatch import open_path
from ..folders import distinct_names
from ..image_list import ImageList
from ..images import Images
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object is a list of paths."""
    return isinstance(source, list | tuple) and bool(source) and all(isinstance(item, str | Path) for item in source)


def open_object(source: Any, request: Request) -> Images | ImageList:
    """Return what the paths lead to."""
    return open_paths(source, request)


def open_paths(given: Sequence[str | Path], request: Request) -> Images | ImageList:
    """Open a single path, or several (image files, patterns, folders) as one list of image files."""
    paths = [Path(item) for item in given]
    found = [open_path(path, request.class_names, len(paths) == 1, request.like, request.limit) for path in paths]
    if len(found) == 1:
        return found[0]
    lists = [each for each in found if isinstance(each, ImageList)]
    if len(lists) < len(found):
        other = next(path for path, each in zip(paths, found, strict=True) if not isinstance(each, ImageList))
        raise UsageError(f"{other} is a data set, which cannot be mixed with images; open it alone")
    chosen = [path for each in lists for path in each.paths]
    names = [name for each in lists for name in each.names]
    return ImageList(
        chosen,
        names if len(set(names)) == len(names) else distinct_names(chosen),
        f"{sum(len(each.paths) for each in lists)} files",
    )
