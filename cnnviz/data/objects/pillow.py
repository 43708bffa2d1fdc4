"""Images of Pillow, opened or made in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..background import ground_of, to_invert
from ..images import Images
from .request import Request


def recognizes(source: Any) -> bool:
    """Return whether an object is an image of Pillow."""
    return is_pillow(source)


def open_object(source: Any, request: Request) -> Images:
    """Return the image as a set of one."""
    (pixels,), notes = inverted_as_files([pillow_pixels(source)], request)
    return Images(pixels[None], source=str(getattr(source, "filename", "") or "image")).with_notes(*notes)


def inverted_as_files(arrays: list[np.ndarray], request: Request) -> tuple[list[np.ndarray], tuple[str, ...]]:
    """Return images (h, w, c), inverted where image files would be, with the note that says so."""
    # "yes" inverts every kind of source later on; 16 bits and floats are data, not drawings.
    if request.invert != "auto" or any(array.dtype != np.uint8 for array in arrays):
        return arrays, ()
    chosen, notes = to_invert([ground_of(array) for array in arrays], "auto", False, request.like)
    return [255 - array if invert else array for array, invert in zip(arrays, chosen, strict=True)], notes


def is_pillow(value: Any) -> bool:
    """Return whether a value is an image of Pillow."""
    return hasattr(value, "getbands") and hasattr(value, "convert") and hasattr(value, "mode")


def pillow_pixels(image: Any) -> np.ndarray:
    """Return the pixels (h, w, 1) or (h, w, 3), with the depth of the image.

    As in image files, transparency is filled with black or white, whichever differs more from the opaque pixels. The
    EXIF orientation is not applied: neither Keras nor NumPy does that for an image in memory.
    """
    from ..formats.image_modes import has_color, opaque

    if image.mode == "F" or image.mode.startswith("I"):
        return np.asarray(image)[..., None]
    color = has_color(image)
    if image.has_transparency_data:
        image, _ = opaque(image)
    pixels = np.asarray(image.convert("RGB" if color else "L"))
    return pixels if color else pixels[..., None]
