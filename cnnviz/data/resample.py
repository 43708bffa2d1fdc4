"""Resampling of images, the same as TensorFlow's and Keras's; gallery/page/js/draw/resample.js does it in pages."""

from __future__ import annotations

import math

import numpy as np


def resampled(image: np.ndarray, height: int, width: int, antialias: bool = False) -> np.ndarray:
    """Return an image (h, w, c) at another size, float32 (height, width, c), as ``tf.image.resize`` computes it.

    Pixels are bilinear with half-pixel centers. With ``antialias`` an axis that shrinks is filtered with a triangle as
    wide as two of the new pixels; without, only the two nearest pixels count. Values stay in the range of the image.
    """
    if image.shape[:2] == (height, width):
        return image.astype(np.float32)
    if antialias:
        # First the axis that shrinks more, so that nothing larger than both images is held.
        axes = ((height, 0), (width, 1))
        for wanted, axis in axes if height * image.shape[1] <= width * image.shape[0] else axes[::-1]:
            image = _filtered(image.swapaxes(0, axis), wanted).swapaxes(0, axis)
        return image
    top, bottom, down = _neighbors(image.shape[0], height)
    left, right, across = _neighbors(image.shape[1], width)
    share = across[:, None]

    def between(rows: np.ndarray) -> np.ndarray:
        # Whole rows first is quicker, but a row may have millions of pixels.
        if image.shape[1] <= 4 * width:
            whole = image[rows].astype(np.float32)
            first, second = whole[:, left], whole[:, right]
        else:
            first, second = (image[np.ix_(rows, columns)].astype(np.float32) for columns in (left, right))
        made: np.ndarray = first + (second - first) * share
        return made

    upper = between(top)
    made: np.ndarray = upper + (between(bottom) - upper) * down[:, None, None]
    return made


def nearest(image: np.ndarray, height: int, width: int, rows: tuple[int, int], columns: tuple[int, int]) -> np.ndarray:
    """Return a part of an image (h, w, c) at another size, each pixel the one under its center, of the same type.

    ``rows`` and ``columns`` are where the part begins and ends. Pillow does the same, and so do
    ``keras.utils.load_img`` and ``flow_from_directory``.
    """
    return image[np.ix_(_under(rows, height), _under(columns, width))]


def _under(part: tuple[int, int], wanted: int) -> np.ndarray:
    """Return for each new pixel of an axis the old one that its center lies in."""
    start, end = part
    step = (end - start) / wanted
    # Added up, as Pillow does it: a center between two pixels then falls to the same side.
    centers = np.cumsum(np.concatenate([[start + step * 0.5], np.full(wanted - 1, step)]))
    return np.minimum(centers.astype(np.int64), end - 1)


def _neighbors(extent: int, wanted: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each new pixel of an axis its two old ones, and the share of the second, in TensorFlow's float32."""
    half = np.float32(0.5)
    at = (np.arange(wanted, dtype=np.float32) + half) * (np.float32(extent) / np.float32(wanted)) - half
    floor = np.floor(at)
    before = np.maximum(floor, 0).astype(np.int64)
    after = np.minimum(np.ceil(at), extent - 1).astype(np.int64)
    return before, after, at - floor


def _filtered(image: np.ndarray, wanted: int) -> np.ndarray:
    """Return the image filtered with a triangle along its first axis."""
    extent = len(image)
    if extent == wanted:
        return image.astype(np.float32)
    step = extent / wanted
    reach = max(step, 1.0)
    rows = np.ascontiguousarray(image).reshape(extent, -1)
    made = np.empty((wanted, rows.shape[1]), np.float32)
    # One new pixel at a time: an image may have millions of pixels in a row.
    for i in range(wanted):
        center = (i + 0.5) * step
        first, last = max(math.ceil(center - reach - 0.5), 0), min(math.floor(center + reach - 0.5), extent - 1)
        weights = np.maximum(0.0, 1.0 - np.abs(np.arange(first, last + 1) + 0.5 - center) / reach)
        weights = (weights / weights.sum()).astype(np.float32)
        made[i] = np.multiply(rows[first : last + 1], weights[:, None]).sum(axis=0, dtype=np.float64)
    return made.reshape(wanted, *image.shape[1:])
