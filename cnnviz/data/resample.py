"""Bilinear resampling of images, the same as TensorFlow's; gallery/page/js/draw/resample.js does the same in pages."""

from __future__ import annotations

import numpy as np


def resampled(image: np.ndarray, height: int, width: int, antialias: bool = False) -> np.ndarray:
    """Return an image (h, w, c) at another size, float32 (height, width, c), as ``tf.image.resize`` computes it.

    Pixels are bilinear with half-pixel centers. With ``antialias`` an axis that shrinks is filtered with a triangle as
    wide as two of the new pixels; without, only the two nearest pixels count. Values stay in the range of the image.
    """
    if image.shape[:2] == (height, width):
        return image.astype(np.float32)
    if antialias:
        return _filtered(_filtered(image, height, 0), width, 1)
    top, bottom, down = _neighbors(image.shape[0], height)
    left, right, across = _neighbors(image.shape[1], width)
    share = across[:, None]
    upper, lower = (_between(image[rows].astype(np.float32), left, right, share) for rows in (top, bottom))
    made: np.ndarray = upper + (lower - upper) * down[:, None, None]
    return made


def _neighbors(extent: int, wanted: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each new pixel of an axis its two old ones, and the share of the second, in TensorFlow's float32."""
    half = np.float32(0.5)
    at = (np.arange(wanted, dtype=np.float32) + half) * (np.float32(extent) / np.float32(wanted)) - half
    floor = np.floor(at)
    before = np.maximum(floor, 0).astype(np.int64)
    after = np.minimum(np.ceil(at), extent - 1).astype(np.int64)
    return before, after, at - floor


def _between(rows: np.ndarray, left: np.ndarray, right: np.ndarray, share: np.ndarray) -> np.ndarray:
    first = rows[:, left]
    made: np.ndarray = first + (rows[:, right] - first) * share
    return made


def _filtered(image: np.ndarray, wanted: int, axis: int) -> np.ndarray:
    """Return the image filtered with a triangle along one axis."""
    extent = image.shape[axis]
    if extent == wanted:
        return image.astype(np.float32)
    step = extent / wanted
    reach = max(step, 1.0)
    center = (np.arange(wanted) + 0.5) * step
    first = np.maximum(np.ceil(center - reach - 0.5), 0).astype(np.int64)
    last = np.minimum(np.floor(center + reach - 0.5), extent - 1).astype(np.int64)
    pixels = first[:, None] + np.arange(int((last - first).max()) + 1)
    weights = np.maximum(0.0, 1.0 - np.abs(pixels + 0.5 - center[:, None]) / reach)
    weights[pixels > last[:, None]] = 0
    weights /= weights.sum(axis=1, keepdims=True)
    shape = [wanted if k == axis else size for k, size in enumerate(image.shape)]
    along = (slice(None), None, None) if axis == 0 else (None, slice(None), None)
    made = np.zeros(shape, np.float32)
    # One term for all new pixels at a time, so that memory holds no more than one more image.
    for term, weight in zip(np.minimum(pixels, extent - 1).T, weights.T.astype(np.float32), strict=True):
        made += image.take(term, axis=axis) * weight[along]
    return made
