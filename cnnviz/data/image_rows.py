"""Rows of pictures under a title: what a preview of a set shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.core.render import Shown


@dataclass(frozen=True, eq=False)
class ImageRows(Shown):
    """Rows of pictures, each with a name; all pictures have one size and a row may hold fewer than others.

    ``pixels`` holds for each row uint8 (n, h, w, c), ``about`` says in a sentence what is seen, and ``parted`` is how
    many of the first rows are set off from the others.
    """

    title: str
    about: str
    names: tuple[str, ...]
    pixels: tuple[np.ndarray, ...]
    parted: int = 0
