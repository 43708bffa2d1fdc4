"""Open pictures from anything: a name, a file, a folder, an array."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from cnnviz.core.errors import UnknownNameError

from .images import Images
from .known_sets import find_set, read_known
from .sample import read_sample
from .spec import PictureSpec

Invert = Literal["auto", "yes", "no"]


def open_images(
    source: Any, *, like: PictureSpec | None = None, invert: Invert = "auto", limit: int | None = None
) -> Images:
    """Return the pictures that ``source`` names."""
    text = str(source)
    name, _, split = text.partition(":")
    if text == "sample":
        images = read_sample()
    elif known := find_set(name):
        images = read_known(known, split or "test")
    elif isinstance(source, str | Path):
        raise UnknownNameError("data set", text, ["sample", "fmnist", "fmnist:train", "mnist", "mnist:train"])
    elif isinstance(source, tuple):
        images = Images(*source)
    else:
        images = Images(source)
    return images if limit is None else images[:limit]
