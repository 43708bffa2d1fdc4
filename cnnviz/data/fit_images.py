"""Fitting images to the size and channels that a model expects."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from cnnviz.core.errors import DataError, UsageError

from .background import LUMA, Invert, check_invert, inverted
from .bands import is_gray_or_color
from .edits import GRAYSCALE, REPEATED, resized
from .fit import PADDED, STRETCH, Fit, FitLike, Placement, fit_from
from .formats import limits
from .images import Images
from .input_spec import InputSpec
from .paths import shown
from .resample import nearest, resampled

#: The note on a set that is too large to keep fractions.
ROUNDED = "resized pixels rounded to whole numbers, since the set is large"


def fit_images(images: Images, spec: InputSpec | None, invert: Invert = "auto", fit: FitLike = None) -> Images:
    """Return images with the size and channels of ``spec``, each step added to their notes; None keeps both.

    Images are resized as ``fit`` says, by default as ``spec.fit``. Resized bytes become float32 with the same ``peak``,
    as in Keras, or in a set that would take over a gigabyte, whole numbers. Only ``invert="yes"`` inverts: "auto" is
    for image files, since arrays are taken to be prepared on purpose. UsageError where pixels outside their range are
    to be inverted, DataError for other channels (see check_channels) or if the result would be too large.
    """
    check_invert(invert)
    how = fit_from(fit) or (spec.fit if spec else STRETCH)
    notes = []
    pixels = images.pixels
    n, h, w, c = pixels.shape
    wanted = (h, w) if spec is None else (spec.height, spec.width)
    channels = c if spec is None else spec.channels
    check_channels(images.source, c, channels)
    if (h, w, c) != (*wanted, channels) or invert == "yes":
        kind = pixels.dtype if (h, w) == wanted else _type(pixels.dtype, n, wanted, channels, how)
        limits.check_set_size(images.source, n, (*wanted, channels), kind.itemsize)
    if c == 3 and channels == 1:
        pixels = to_grayscale(pixels)
        notes.append(GRAYSCALE.one)
    elif c == 1 and channels == 3:
        notes.append(REPEATED.one)
    if invert == "yes":
        if images.fit is not None and any(PADDED in note for note in images.notes):
            raise UsageError(
                f"{images.source} was padded with black when it was read, which would be inverted too; invert the "
                "images first, or choose another fit"
            )
        pixels = inverted(replace(images, pixels=pixels))
    if spec is not None and (h, w) != wanted:
        black = images.scaled[0] if images.scaled else 0.0
        pixels = _resized(pixels, wanted, how, black, _type(pixels.dtype, n, wanted, channels, how))
        notes.append(resized((h, w), wanted, how).one)
        if images.pixels.dtype == np.uint8 == pixels.dtype and not how.nearest:
            notes.append(ROUNDED)
    if c == 1 and channels == 3:
        pixels = np.repeat(pixels, 3, axis=3)
    if invert == "yes":
        notes.append("inverted")
    if not notes:
        return images
    return replace(images, pixels=pixels, fit=how if (h, w) != wanted else images.fit).with_notes(*notes)


def check_channels(source: object, has: int, wanted: int) -> None:
    """Raise DataError unless images of ``has`` channels can be given where ``wanted`` are taken.

    Grayscale and color become each other; nothing else does.
    """
    if has != wanted and not (is_gray_or_color(has) and is_gray_or_color(wanted)):
        clear = f"; x[..., :{wanted}] leaves transparency out" if has - wanted == 1 and has in (2, 4) else ""
        raise DataError(
            f"{shown(source)} has images of {has} channel{'s' if has > 1 else ''} where {wanted} "
            f"{'are' if wanted > 1 else 'is'} taken{clear}"
        )


def keeps_fractions(count: int, height: int, width: int, channels: int) -> bool:
    """Return whether so many resized images keep the fractions of their pixels, in float32."""
    return 4 * math.prod((count, height, width, channels)) <= limits.MAX_FLOAT_BYTES


def placed(image: np.ndarray, place: Placement, wanted: tuple[int, int], fit: Fit, black: float = 0.0) -> np.ndarray:
    """Return an image (h, w, c) at its place in one of the ``wanted`` size; the rest of it is ``black``.

    It is float32, or of its own type if the nearest pixels are taken.
    """
    used, filled = place
    if fit.nearest:
        part = nearest(image, *filled.size, (used.top, used.bottom), (used.left, used.right))
    else:
        part = resampled(image[used.top : used.bottom, used.left : used.right], *filled.size, fit.antialias)
    if filled.size == wanted:
        return part
    made = np.full((*wanted, image.shape[2]), black, part.dtype)
    made[filled.top : filled.bottom, filled.left : filled.right] = part
    return made


def to_bytes(pixels: np.ndarray) -> np.ndarray:
    """Return pixels of 0…255 rounded to bytes."""
    return pixels if pixels.dtype == np.uint8 else np.rint(np.clip(pixels, 0, 255)).astype(np.uint8)


def to_grayscale(pixels: np.ndarray) -> np.ndarray:
    """Return RGB pixels (…, 3) as grayscale (…, 1), the luma of Rec. 601; uint8 is rounded exactly as Pillow does."""
    if pixels.dtype != np.uint8:
        return (pixels @ np.asarray(LUMA, pixels.dtype))[..., None]
    out = np.empty((*pixels.shape[:-1], 1), np.uint8)
    for source, target in zip(pixels, out, strict=True):  # one at a time, since float32 takes four times the memory
        r, g, b = (source[..., i].astype(np.uint32) for i in range(3))
        target[..., 0] = (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16
    return out


def _type(held: np.dtype, count: int, wanted: tuple[int, int], channels: int, fit: Fit) -> np.dtype:
    """Return the type of resized pixels that were of the type ``held``."""
    whole = held == np.uint8 and (fit.nearest or not keeps_fractions(count, *wanted, channels))
    return np.dtype(np.uint8 if whole else np.float32)


def _resized(pixels: np.ndarray, wanted: tuple[int, int], fit: Fit, black: float, kind: np.dtype) -> np.ndarray:
    made = np.empty((len(pixels), *wanted, pixels.shape[3]), kind)
    place = fit.placement(pixels.shape[1:3], wanted)
    for target, image in zip(made, pixels, strict=True):
        fitted = placed(image, place, wanted, fit, black)
        target[:] = to_bytes(fitted) if kind == np.uint8 else fitted
    return made
