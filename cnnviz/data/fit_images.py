"""Fitting images to the size and channels that a model expects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .background import LUMA, Invert, check_invert, inverted
from .edits import GRAYSCALE, REPEATED, resized
from .formats.limits import check_set_size
from .images import Images
from .input_spec import InputSpec

if TYPE_CHECKING:
    from PIL.Image import Image


def fit_images(images: Images, spec: InputSpec | None, invert: Invert = "auto") -> Images:
    """Return images with the size and channels of ``spec``, each step added to their notes; None keeps both.

    Images are scaled with their aspect ratio kept and padded with their own background. Only ``invert="yes"`` inverts:
    "auto" is for image files, since arrays are taken to be prepared on purpose. UsageError where pixels outside their
    range are to be inverted, DataError if the result would be too large.
    """
    check_invert(invert)
    notes = []
    pixels = images.pixels
    n, h, w, c = pixels.shape
    if spec is not None:
        if (h, w) != (spec.height, spec.width):
            check_set_size(images.source, n, (spec.height, spec.width, max(c, spec.channels)), pixels.dtype.itemsize)
            fitted = np.empty((n, spec.height, spec.width, c), pixels.dtype)
            for target, image in zip(fitted, pixels, strict=True):
                target[:] = _fit_array(image, spec.height, spec.width)
            pixels = fitted
            notes.append(resized(f"{w}×{h}", f"{spec.width}×{spec.height}").one)
        if c == 3 and spec.channels == 1:
            pixels = to_grayscale(pixels)
            notes.append(GRAYSCALE.one)
        elif c == 1 and spec.channels == 3:
            pixels = np.repeat(pixels, 3, axis=3)
            notes.append(REPEATED.one)
    if invert == "yes":
        pixels = inverted(replace(images, pixels=pixels))
        notes.append("inverted")
    return replace(images, pixels=pixels).with_notes(*notes) if notes else images


def to_grayscale(pixels: np.ndarray) -> np.ndarray:
    """Return RGB pixels (…, 3) as grayscale (…, 1), the luma of Rec. 601; uint8 is rounded exactly as Pillow does."""
    if pixels.dtype != np.uint8:
        return (pixels @ np.asarray(LUMA, pixels.dtype))[..., None]
    out = np.empty((*pixels.shape[:-1], 1), np.uint8)
    for source, target in zip(pixels, out, strict=True):  # one at a time, since float32 takes four times the memory
        r, g, b = (source[..., i].astype(np.uint32) for i in range(3))
        target[..., 0] = (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16
    return out


def _fit_array(image: np.ndarray, height: int, width: int) -> np.ndarray:
    from PIL import Image

    if image.dtype == np.uint8 and image.shape[2] == 3:
        return pad(scale(Image.fromarray(image), height, width), height, width)
    bands = [scale(Image.fromarray(np.ascontiguousarray(image[..., i])), height, width) for i in range(image.shape[2])]
    return pad(np.stack(bands, axis=-1), height, width)


def scale(image: Image, height: int, width: int) -> np.ndarray:
    """Return an image of mode L, RGB or F as an array, scaled to the largest size that fits into (height, width).

    The filter is Lanczos, which averages over all pixels when shrinking; values stay in the image's own range.
    """
    from PIL.Image import Resampling

    factor = min(height / image.height, width / image.width)
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    if size == image.size:
        return np.asarray(image)
    array = np.asarray(image.resize(size, Resampling.LANCZOS))
    return np.clip(array, *image.getextrema()) if image.mode == "F" else array


def pad(array: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return an array (h, w) or (h, w, c) centered in (height, width), padded with the median of its border."""
    h, w = array.shape[:2]
    if (h, w) == (height, width):
        return array
    border = np.concatenate([array[0], array[-1], array[1:-1, 0], array[1:-1, -1]])
    canvas = np.empty((height, width, *array.shape[2:]), array.dtype)
    canvas[:] = np.median(border, axis=0)
    top, left = (height - h) // 2, (width - w) // 2
    canvas[top : top + h, left : left + w] = array
    return canvas
