"""Pages of a TIFF as channels: gray images of one size and depth, one band each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..bands import MOST
from .image_modes import white_is_zero
from .limits import MAX_IMAGE_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image

_GRAY = ("L", "I;16", "I;16B", "I;16L")


def count_pages(image: Image) -> int:
    """Return how many gray pages of equal size and depth an opened TIFF has, 2 to 16; 0 for any other image."""
    if image.format != "TIFF" or image.mode not in _GRAY or not getattr(image, "is_animated", False):
        return 0
    first = image.size, image.mode
    try:
        for page in range(MOST + 1):
            try:
                image.seek(page)
            except EOFError:
                return page if page > 1 and page * first[0][0] * first[0][1] <= MAX_IMAGE_PIXELS else 0
            if (image.size, image.mode) != first or white_is_zero(image):
                return 0
    finally:
        image.seek(0)
    return 0


def read_pages(image: Image, count: int) -> np.ndarray:
    """Return the pages of an opened TIFF as uint8 or uint16 (h, w, count)."""
    pages = []
    for page in range(count):
        image.seek(page)
        pages.append(np.asarray(image))
    return np.stack(pages, axis=-1)
