"""Suit pictures to what a model expects: size, channels, background."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .background import LUMA, Invert, check_invert, inverted
from .formats.limits import check_set_size
from .images import Images
from .input_spec import InputSpec

if TYPE_CHECKING:
    from PIL.Image import Image


def fit_images(images: Images, spec: InputSpec | None, invert: Invert = "auto") -> Images:
    """Return the pictures with the spec's size and channels, each step noted; None leaves both as they are.

    The aspect ratio is kept, and what is missing is filled with each picture's own background. Only ``invert="yes"``
    inverts here: arrays come as their maker wanted them.
    """
    check_invert(invert)
    notes = []
    pixels = images.pixels
    n, h, w, c = pixels.shape
    if spec is not None:
        if (h, w) != (spec.height, spec.width):
            check_set_size(images.source, n, (spec.height, spec.width, max(c, spec.channels)), pixels.dtype.itemsize)
            resized = np.empty((n, spec.height, spec.width, c), pixels.dtype)
            for target, picture in zip(resized, pixels, strict=True):
                target[:] = _fit_array(picture, spec.height, spec.width)
            pixels = resized
            notes.append(f"resized from {w}×{h} to {spec.width}×{spec.height}")
        if c == 3 and spec.channels == 1:
            pixels = grey(pixels)
            notes.append("greyed")
        elif c == 1 and spec.channels == 3:
            pixels = np.repeat(pixels, 3, axis=3)
            notes.append("grey repeated to 3 channels")
    if invert == "yes":
        pixels = inverted(replace(images, pixels=pixels))
        notes.append("inverted")
    return replace(images, pixels=pixels).with_notes(*notes) if notes else images


def grey(pixels: np.ndarray) -> np.ndarray:
    """Return colour pixels (…, 3) as grey (…, 1) by the luma of Rec. 601, rounded in uint8 exactly as Pillow does."""
    if pixels.dtype != np.uint8:
        return (pixels @ np.asarray(LUMA, pixels.dtype))[..., None]
    out = np.empty((*pixels.shape[:-1], 1), np.uint8)
    for source, target in zip(pixels, out, strict=True):  # one at a time, since 32 bits take four times the room
        r, g, b = (source[..., i].astype(np.uint32) for i in range(3))
        target[..., 0] = (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16
    return out


def _fit_array(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    from PIL import Image

    if picture.dtype == np.uint8 and picture.shape[2] == 3:
        return pad(scale(Image.fromarray(picture), height, width), height, width)
    bands = [
        scale(Image.fromarray(np.ascontiguousarray(picture[..., i])), height, width) for i in range(picture.shape[2])
    ]
    return pad(np.stack(bands, axis=-1), height, width)


def scale(image: Image, height: int, width: int) -> np.ndarray:
    """Return an L, RGB or F image as an array scaled so that its longest edge fits (height, width).

    Shrinking averages over all pixels (Lanczos), so that none is skipped; values stay in the range that they had.
    """
    from PIL.Image import Resampling

    factor = min(height / image.height, width / image.width)
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    if size == image.size:
        return np.asarray(image)
    array = np.asarray(image.resize(size, Resampling.LANCZOS))
    return np.clip(array, *image.getextrema()) if image.mode == "F" else array


def pad(array: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return an array (h, w) or (h, w, c) centred in (height, width), the margin filled with its border's median."""
    h, w = array.shape[:2]
    if (h, w) == (height, width):
        return array
    border = np.concatenate([array[0], array[-1], array[1:-1, 0], array[1:-1, -1]])
    canvas = np.empty((height, width, *array.shape[2:]), array.dtype)
    canvas[:] = np.median(border, axis=0)
    top, left = (height - h) // 2, (width - w) // 2
    canvas[top : top + h, left : left + w] = array
    return canvas
