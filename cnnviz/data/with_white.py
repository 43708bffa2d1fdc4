"""Images that were read, with another value of white."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.errors import UsageError

from .formats import limits
from .pixel_range import outside
from .portions import portions
from .white import given_white, given_words, is_on_white

if TYPE_CHECKING:
    from .images import Images


def with_white(images: Images, white: float | None) -> Images:
    """Return the same images with another value of white; None keeps it.

    UsageError for images whose pixels were made with another white when they were read or inverted; DataError for bytes
    that take too much memory as floats.
    """
    if white is None or given_white(images.notes) == white:
        return images
    if white != images.peak and ((images.paths and images.peak == 255) or "inverted" in images.notes):
        raise UsageError(
            f"{images.source} was read with {images.peak:g} as white; give white={white:g} to the call that reads it"
        )
    pixels = images.pixels
    if white != 255 and pixels.dtype != np.float32:
        # The numbers of a set that stays on disk come into memory.
        limits.check_set_size(images.source, len(pixels), images.shape, 4)
        pixels = pixels.astype(np.float32)
    kept = tuple(note for note in images.notes if not is_on_white(note))
    notes = (*kept, given_words(white), *outside(portions(pixels), white))
    return replace(images, pixels=pixels, peak=white, scaled=None, notes=notes)
