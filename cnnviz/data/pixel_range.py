"""The range of a set's pixel values, read from their type and their bulk, never from a single value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from cnnviz.core.errors import DataError

from .portions import portions

#: The share of values that may lie outside a range, such as hot pixels; one value may in any set of some size.
OUTLIERS, SOME = 1e-3, 20
#: How far resizing overshoots a range, as a share of it: bicubic and Lanczos filters ring at edges.
OVERSHOOT = 0.5
UNDERSHOOT = 0.3
#: The most that negative values of ringing weigh among all values.
RINGING = 0.03
#: As many values are looked at.
MOST_VALUES = 2**22
#: Fractions that end below this are neither 0…1 nor 0…255 beyond doubt: standardized values reach it, images hardly.
SMALL = 16.0
#: White in images of 12, 14 and 16 bits.
DEPTHS = {12: 4095.0, 14: 16383.0, 16: 65535.0}
#: White of 12 and 14 bits, which no type of number has: the largest values of the images tell it.
GUESSED_WHITES = (DEPTHS[12], DEPTHS[14])
#: White in whole numbers that files hold with 16 bits.
WHITES = {8: 255.0, **DEPTHS}
#: What is said of 16-bit numbers that use 8 bits: they may also be dark images of more.
OF_8_BITS = "8-bit values: 255 is white"


class UnusualRangeError(DataError):
    """The pixels are no values of a usual range, so that what is white in them is unknown."""


class PixelRange(NamedTuple):
    """White (``peak``) and, for values that are a model's inputs already, their lowest and highest (``scaled``).

    ``notes`` say what was concluded where it is not obvious.
    """

    peak: float
    scaled: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()


def pixel_range(pixels: np.ndarray, whole: bool) -> PixelRange:
    """Return the range of finite pixels, uint8 or float32; ``whole`` says that they were integers.

    Floats are 0…1 or 0…255, with the overshoot of resizing; whole numbers beyond 255 have 12, 14 or 16 bits.
    UnusualRangeError for values beyond these.
    """
    if pixels.dtype == np.uint8 or not pixels.size:
        return PixelRange(255.0)
    return range_of_parts(lambda: portions(pixels), pixels.size, whole)


#: Walks through the pixels of a set in parts, as often as it is called.
Parts = Callable[[], Iterable[np.ndarray]]


def range_of_parts(parts: Parts, size: int, whole: bool) -> PixelRange:
    """Return the range of so many finite pixels, float32, in parts of some images each: see pixel_range."""
    low, high, values = _survey(parts(), -(-size // MOST_VALUES))
    if low >= 0 and high <= 1:
        return PixelRange(1.0)

    def outside(white: float) -> tuple[str, ...]:
        return () if low >= 0 and high <= white else _outside(parts(), size, white, low, high)

    if low < 0 and _is_scaled(values):
        return PixelRange(1.0 if high <= 1 else 255.0, _bulk(values))
    lit = int(np.count_nonzero(values))

    def holds(limit: float) -> bool:
        return _few(int(np.count_nonzero(values > limit)), lit)

    if not whole and holds(1 + OVERSHOOT):
        return PixelRange(1.0, notes=outside(1.0))
    if not whole and holds(SMALL) and np.any(values % 1):
        if low < 0:
            return PixelRange(1.0, _bulk(values))
        raise UnusualRangeError(
            f"the pixels reach {high:.3g}, which is high for 0…1 and low for 0…255; scale them to one of these first, "
            "or, if they are a model's inputs already, open it in Python with scale=lambda pixels: pixels"
        )
    if holds(255.0 if whole else 255 * (1 + OVERSHOOT)):
        return PixelRange(255.0, notes=(*([OF_8_BITS] if whole else []), *outside(255.0)))
    if whole or not np.any(values % 1):
        for bits, white in DEPTHS.items():
            if holds(white):
                return PixelRange(white, notes=(f"{bits}-bit values: {white:g} is white", *outside(white)))
    raise UnusualRangeError(
        f"the pixels reach {high:g}, which is no usual range; scale them to 0…1 or 0…255 first, or open the model "
        "in Python with a function that scales them, scale="
    )


def _survey(parts: Iterable[np.ndarray], step: int) -> tuple[float, float, np.ndarray]:
    """Return the lowest and the highest value, and every ``step``-th one of all."""
    low, high, done, some = np.inf, -np.inf, 0, []
    for part in parts:
        low, high = min(low, float(part.min())), max(high, float(part.max()))
        # A copy, since a view would keep the whole part.
        some.append(part.reshape(-1)[-done % step :: step].copy())
        done += part.size
    return low, high, np.concatenate(some)


def bits_of_set(parts: Iterable[np.ndarray]) -> int:
    """Return how many of their 16 bits the whole numbers of a set use, a key of WHITES: the rule of pixel_range."""
    lit, over = 0, dict.fromkeys(WHITES, 0)
    for values in parts:
        lit += int(np.count_nonzero(values))
        for bits, white in WHITES.items():
            over[bits] += int(np.count_nonzero(values > white))
    return next((bits for bits, count in over.items() if _few(count, lit)), 16)


def _few(count: int, among: int) -> bool:
    return count <= OUTLIERS * among or (count == 1 and among >= SOME)


def _is_scaled(values: np.ndarray) -> bool:
    """Return whether negative values are more than the ringing of a resizing filter."""
    lit = int(np.count_nonzero(values))
    white = 1.0 if _few(int(np.count_nonzero(values > 1 + OVERSHOOT)), lit) else 255.0
    negative = values[values < 0]
    if not _few(int(np.count_nonzero(negative < -UNDERSHOOT * white)), lit):
        return True
    weight = float(np.abs(values).sum(dtype=np.float64))
    return float(-negative.sum(dtype=np.float64)) > RINGING * weight and not _few(len(negative), lit)


def _bulk(values: np.ndarray) -> tuple[float, float]:
    """Return the lowest and the highest value, but for outliers."""
    if values.size < SOME:
        return float(values.min()), float(values.max())
    skipped = max(1, int(values.size * OUTLIERS))
    ordered = np.partition(values, (skipped, values.size - 1 - skipped))
    return float(ordered[skipped]), float(ordered[-1 - skipped])


def _outside(parts: Iterable[np.ndarray], size: int, white: float, low: float, high: float) -> tuple[str, ...]:
    """Return the note on values outside 0…``white``."""
    count = sum(int(np.count_nonzero((part < 0) | (part > white))) for part in parts)
    return (
        f"read as 0…{white:g}, although {count:,} of {size:,} values lie outside (they run from {low:.4g} to "
        f"{high:.4g})",
    )
