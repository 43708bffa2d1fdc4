"""Light and dark backgrounds: the background level of an image, and inversion."""

from __future__ import annotations

from typing import Literal

import numpy as np

from cnnviz.core.errors import UsageError

from .images import Images

Invert = Literal["auto", "yes", "no"]

LUMA = (0.299, 0.587, 0.114)


def check_invert(invert: str) -> None:
    """Raise UsageError unless ``invert`` is "auto", "yes" or "no"."""
    if invert not in ("auto", "yes", "no"):
        raise UsageError(f"invert can be auto, yes or no, not {invert!r}")


def background_level(image: np.ndarray) -> float:
    """Return the background level of an image (h, w, c), in the range of its pixels.

    It is the median of the mean luma of the four corners, each 1/14 of the height and width. Corners rather than the
    whole border, because garments reach the border between them; the median, because a corner may be covered. None of
    Fashion-MNIST's 70,000 images has a background above mid-gray.
    """
    h, w = image.shape[:2]
    a, b = max(1, round(h / 14)), max(1, round(w / 14))
    corners = (image[:a, :b], image[:a, -b:], image[-a:, :b], image[-a:, -b:])
    weights = LUMA if image.shape[2] == 3 else (1.0,)
    return float(np.median([corner.mean((0, 1)) @ weights for corner in corners]))


def has_opposite_background(image: np.ndarray, background: str | None) -> bool:
    """Return whether a uint8 image (h, w, c) is light where ``background`` is "dark", or dark where it is "light"."""
    level = background_level(image)
    return (background == "dark" and level > 127.5) or (background == "light" and level < 127.5)


def inverted(images: Images) -> np.ndarray:
    """Return the pixels inverted, ``peak`` minus each value; UsageError if any is outside 0…peak."""
    pixels = images.pixels
    if pixels.dtype == np.uint8:
        return 255 - pixels
    if pixels.size and (pixels.min() < 0 or pixels.max() > images.peak):
        raise UsageError(
            f"{images.source} has pixels outside 0 to {images.peak:g}, which cannot be inverted; scale them first"
        )
    return np.float32(images.peak) - pixels
