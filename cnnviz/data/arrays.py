"""Arrays of pixels and labels, as files and callers give them, turned into Images."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
from .portions import all_finite, portions
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
    found = arrangement(pixels.shape, pixels.dtype, source, like, None if labels is None else len(labels))
    pixels, notes = found(pixels), found.notes
    given = label_array(labels, len(pixels), source, like)
    notes = (*notes, *given.notes)
    names = class_names_for(_shape(pixels), lambda: portions(pixels), given, class_names, source)
    if pixels.dtype.kind == "f" and not all_finite(pixels):
        raise MissingPixels(pixels, given.classes, shown(source), names, given.rows)

    def made(peak: float, *said: str) -> Images:
        return Images(pixels, given.classes, names, source, notes=(*notes, *said), peak=peak, label_rows=given.rows)

    try:
        return made(peak)
    except UnusualRangeError as error:
        return of_unusual_range(error, made, lambda: float(pixels.max()), source, like)
    except DataError as error:
        raise DataError(f"{shown(source)}: {error}") from error


def of_unusual_range(
    error: UnusualRangeError,
    made: Callable[..., Images],
    highest: Callable[[], float],
    source: str,
    like: InputSpec | None,
) -> Images:
    """Return images of an unusual range for a model, ``like``, whose values a function scales.

    ``made`` makes the images from white and more notes, and ``highest`` finds the highest value of the set.
    UnusualRangeError, with what makes them once white is said, for any other model or none.
    """

    def with_white(white: float | None) -> Images:
        if white is not None:
            return made(white)
        high = highest()
        return made(high, f"pixels up to {high:g}, scaled by the given function")

    if like is not None and like.any_range:
        return with_white(None)
    raise UnusualRangeError(f"{shown(source)}: {error}", with_white) from error


def label_array(
    labels: np.ndarray | LabelArray | None, count: int, source: str, like: InputSpec | None = None
) -> LabelArray:
    """Return the labels of ``count`` images, see read_labels, or an empty LabelArray; DataError for another number.

    A model, ``like``, that predicts numbers makes numbers of them.
    """
    if labels is None:
        return LabelArray()
    given = labels if isinstance(labels, LabelArray) else read_labels(labels, source, like is not None and like.numbers)
    if len(given) != count:
        raise DataError(f"{shown(source)} holds {count} images but {len(given)} labels")
    return given


def _shape(pixels: np.ndarray) -> tuple[int, int, int]:
    _, height, width, channels = pixels.shape
    return height, width, channels


def as_pixels(
    array: np.ndarray, source: str, like: InputSpec | None = None, labels: int | None = None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return pixels as (n, h, w, c) with 1 to 16 channels, values unchanged, and notes of what had to be rearranged.

    Accepts (n, h, w), (n, h, w, c), (n, c, h, w), flat square images (n, h·h), and one image (h, w, c), (h, h) or of
    the size of ``like``; is_one_image decides, by that and by the number of ``labels``, about three axes. Booleans
    become 0 and 255. DataError for any other shape, an empty array, or values that are not numbers.
    """
    array = np.asarray(array)
    found = arrangement(array.shape, array.dtype, source, like, labels)
    return found(array), found.notes


@dataclass(frozen=True)
class Arrangement:
    """How an array of pixels is to be read: ``image`` is (h, w, c) of one image, in the order of the array's axes.

    ``alone`` means that the whole array is one image, ``moved`` that the channels come first.
    """

    image: tuple[int, int, int]
    alone: bool = False
    moved: bool = False
    notes: tuple[str, ...] = ()

    def __call__(self, array: np.ndarray) -> np.ndarray:
        """Return the array, or some of its first axis, as (n, h, w, c); booleans become 0 and 255."""
        array = array.reshape(1 if self.alone else len(array), *self.image)
        if self.moved:
            array = np.ascontiguousarray(array.transpose(0, 2, 3, 1))
        return array.astype(np.uint8) * np.uint8(255) if array.dtype == bool else array


def arrangement(
    shape: tuple[int, ...], kind: np.dtype, source: str, like: InputSpec | None = None, labels: int | None = None
) -> Arrangement:
    """Return how an array of this shape and type is to be read; see as_pixels."""
    where = shown(source)
    if kind.kind not in "buif":
        raise DataError(f"{where} holds {kind} where pixels are expected; they must be numbers")
    if math.prod(shape) == 0:
        raise DataError(f"{where} holds no images (its array has shape {shape})")
    given, moved, alone = shape, False, False
    notes: tuple[str, ...] = ()
    if len(shape) == 2:
        rows, columns = shape
        side = math.isqrt(columns)
        one = like is not None and (rows, columns) == (like.height, like.width) and labels in (None, 1)
        if rows == columns or one:
            shape, alone = (1, rows, columns), True
        elif side * side == columns and labels is None and like and (side, side) != (like.height, like.width):
            raise DataError(
                f"{where} has shape {shape}: one grayscale image of {rows}×{columns} (then give x[None]) or "
                f"{rows} flat images of {side}×{side} (then give x.reshape(-1, {side}, {side}))?"
            )
        elif side * side == columns:
            shape = rows, side, side
            notes = (f"flat rows of {columns} read as {side}×{side}",)
        else:
            raise DataError(
                f"{where} holds rows of {columns} pixels, which is not a square number; reshape them to (n, h, w), or "
                f"give x[None] if it is one grayscale image of {rows}×{columns}"
            )
    elif len(shape) == 4 and channels_first(shape, where, like):
        moved = True
        notes = ("channels moved last",)
    if len(shape) == 3:
        one_image = is_one_image(shape, where, like, labels)
        alone = alone or one_image
        shape = (1, *shape) if one_image else (*shape, 1)
    channels = shape[1 if moved else 3] if len(shape) == 4 else 0
    if not 1 <= channels <= MOST:
        raise DataError(f"{where} has shape {given}; images must be (n, h, w) or (n, h, w, 1 to {MOST})")
    _, first, second, third = shape
    return Arrangement((first, second, third), alone, moved, notes)
