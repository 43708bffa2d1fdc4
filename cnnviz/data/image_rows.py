"""Named rows of images: the content of a preview."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.core.render import Shown


@dataclass(frozen=True, eq=False)
class ImageRows(Shown):
    """Named rows of images of one size, under a title; rows may differ in length.

    ``pixels`` holds one uint8 array (n, h, w, c) per row. ``about`` is a sentence on what is shown, and ``parted`` the
    number of rows above the dividing line.
    """

    title: str
    about: str
    names: tuple[str, ...]
    pixels: tuple[np.ndarray, ...]
    parted: int = 0
