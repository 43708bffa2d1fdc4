"""Arrays of pixels and labels, as files and callers give them, turned into Images."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cnnviz.core.errors import DataError

from .bands import MOST
from .channel_axis import channels_first
from .images import Images
from .input_spec import InputSpec
from .label_arrays import LabelArray, read_labels
from .missing_values import MissingPixels
from .one_image import is_one_image
from .paths import shown
from .pixel_range import UnusualRangeError
from .recognize_classes import class_names_for


def as_images(
    pixels: np.ndarray,
    labels: np.ndarray | LabelArray | None,
    source: str,
    class_names: Sequence[str] | None = None,
    like: InputSpec | None = None,
    peak: float = 0.0,
) -> Images:
    """Return Images from an array of pixels (see as_pixels) and, if given, of labels (see read_labels).

    ``source`` names the origin in messages; ``peak`` is white where it is known. DataError if the arrays do not fit
    together or are no images; MissingPixels, a kind of DataError, if there are NaN or infinite pixels.
    """
    pixels, notes = as_pixels(pixels, source, like, None if labels is None else len(labels))
    given = LabelArray()
    if labels is not None:
        numbers = like is not None and like.numbers
        given = labels if isinstance(labels, LabelArray) else read_labels(labels, source, numbers)
        if len(given) != len(pixels):
            raise DataError(f"{shown(source)} holds {len(pixels)} images but {len(given)} labels")
        notes = (*notes, *given.notes)
    names = class_names_for(pixels, given, class_names, source)
    if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
        raise MissingPixels(pixels, given.classes, shown(source), names, given.rows)

    def made(peak: float, *said: str) -> Images:
        return Images(pixels, given.classes, names, source, notes=(*notes, *said), peak=peak, label_rows=given.rows)

    def with_white(white: float | None) -> Images:
        if white is not None:
            return made(white)
        high = float(pixels.max())
        return made(high, f"pixels up to {high:g}, scaled by the given function")

    try:
        return made(peak)
    except UnusualRangeError as error:
        if like is not None and like.any_range:
            return with_white(None)
        raise UnusualRangeError(f"{shown(source)}: {error}", with_white) from error
    except DataError as error:
        raise DataError(f"{shown(source)}: {error}") from error


def as_pixels(
    array: np.ndarray, source: str, like: InputSpec | None = None, labels: int | None = None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return pixels as (n, h, w, c) with 1 to 16 channels, values unchanged, and notes of what had to be rearranged.

    Accepts (n, h, w), (n, h, w, c), (n, c, h, w), flat square images (n, h·h), and one image (h, w, c), (h, h) or of
    the size of ``like``; is_one_image decides, by that and by the number of ``labels``, about three axes. Booleans
    become 0 and 255. DataError for any other shape, an empty array, or values that are not numbers.
    """
    array = np.asarray(array)
    notes: tuple[str, ...] = ()
    where = shown(source)
    if array.dtype.kind not in "buif":
        raise DataError(f"{where} holds {array.dtype} where pixels are expected; they must be numbers")
    if array.size == 0:
        raise DataError(f"{where} holds no images (its array has shape {array.shape})")
    if array.ndim == 2:
        rows, columns = array.shape
        side = math.isqrt(columns)
        one = like is not None and (rows, columns) == (like.height, like.width) and labels in (None, 1)
        if rows == columns or one:
            array = array[None]
        elif side * side == columns and labels is None and like and (side, side) != (like.height, like.width):
            raise DataError(
                f"{where} has shape {array.shape}: one grayscale image of {rows}×{columns} (then give x[None]) or "
                f"{rows} flat images of {side}×{side} (then give x.reshape(-1, {side}, {side}))?"
            )
        elif side * side == columns:
            array = array.reshape(rows, side, side)
            notes = (f"flat rows of {columns} read as {side}×{side}",)
        else:
            raise DataError(
                f"{where} holds rows of {columns} pixels, which is not a square number; reshape them to (n, h, w), or "
                f"give x[None] if it is one grayscale image of {rows}×{columns}"
            )
    elif array.ndim == 4 and channels_first(array.shape, where, like):
        array = np.ascontiguousarray(array.transpose(0, 2, 3, 1))
        notes = ("channels moved last",)
    if array.ndim == 3:
        array = array[None] if is_one_image(array.shape, where, like, labels) else array[..., None]
    if array.ndim != 4 or array.shape[3] > MOST:
        raise DataError(f"{where} has shape {array.shape}; images must be (n, h, w) or (n, h, w, 1 to {MOST})")
    return array.astype(np.uint8) * np.uint8(255) if array.dtype == bool else array, notes
