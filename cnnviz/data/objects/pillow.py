"""Images of Pillow, opened or made in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..images import Images
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object is an image of Pillow."""
    return is_pillow(source)


def open_object(source: Any, request: Request) -> Images:
    """Return the image as a set of one."""
    return Images(pillow_pixels(source)[None], source=str(getattr(source, "filename", "") or "image"))


def is_pillow(value: Any) -> bool:
    """Return whether a value is an image of Pillow."""
    return hasattr(value, "getbands") and hasattr(value, "convert") and hasattr(value, "mode")


def pillow_pixels(image: Any) -> np.ndarray:
    """Return the pixels (h, w, 1) or (h, w, 3), with the depth of the image.

    As in image files, transparency is filled with black or white, whichever differs more from the opaque pixels. The
    EXIF orientation is not applied: neither Keras nor NumPy does that for an image in memory.
    """
    from ..formats.image_file import has_color, opaque

    if image.mode == "F" or image.mode.startswith("I"):
        return np.asarray(image)[..., None]
    color = has_color(image)
    if image.has_transparency_data:
        image, _ = opaque(image)
    pixels = np.asarray(image.convert("RGB" if color else "L"))
    return pixels if color else pixels[..., None]
