"""Tell whether a picture lies on a light or a dark ground, and turn it around."""

from __future__ import annotations

from typing import Literal

import numpy as np

from cnnviz.core.errors import UsageError

from .images import Images

Invert = Literal["auto", "yes", "no"]

LUMA = (0.299, 0.587, 0.114)


def check_invert(invert: str) -> None:
    """Raise UsageError unless this is one of the three choices."""
    if invert not in ("auto", "yes", "no"):
        raise UsageError(f"invert can be auto, yes or no, not {invert!r}")


def ground_level(picture: np.ndarray) -> float:
    """Return how light the ground of a picture (h, w, c) is: the median of its four corners' means, in luma.

    Corners rather than the whole border, because garments reach the border between them; the median, because a
    corner may be covered. A corner is a tenth of the sides. Of Fashion-MNIST's 70,000 pictures none comes out light.
    """
    h, w = picture.shape[:2]
    a, b = max(1, round(h / 14)), max(1, round(w / 14))
    corners = (picture[:a, :b], picture[:a, -b:], picture[-a:, :b], picture[-a:, -b:])
    weights = LUMA if picture.shape[2] == 3 else (1.0,)
    return float(np.median([corner.mean((0, 1)) @ weights for corner in corners]))


def on_wrong_ground(picture: np.ndarray, background: str | None) -> bool:
    """Tell whether a uint8 picture lies on the other ground than ``background`` ("dark", "light" or any)."""
    level = ground_level(picture)
    return (background == "dark" and level > 127.5) or (background == "light" and level < 127.5)


def inverted(images: Images) -> np.ndarray:
    """Return the pixels with light and dark exchanged, as ``peak`` minus each; UsageError if they exceed 0…peak."""
    pixels = images.pixels
    if pixels.dtype == np.uint8:
        return 255 - pixels
    if pixels.size and (pixels.min() < 0 or pixels.max() > images.peak):
        raise UsageError(
            f"{images.source} has pixels outside 0 to {images.peak:g}, which cannot be inverted; scale them first"
        )
    return np.float32(images.peak) - pixels
