"""The range of a set's pixel values, read from their type and their bulk, never from a single value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cnnviz.core.errors import DataError

from .portions import portions
from .white import OPTION, WHITE_OF_BITS, depth_words

if TYPE_CHECKING:
    from .images import Images

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
#: White in whole numbers of a sensor, by the bits that they are taken to have. Ten bits are rare; they must be given.
WHITES = {bits: WHITE_OF_BITS[bits] for bits in (8, 12, 14, 16)}
DEPTHS = {bits: white for bits, white in WHITES.items() if bits > 8}
#: What is said of 16-bit numbers that use 8 bits: they may also be dark images of more.
OF_8_BITS = depth_words(8, 255.0)


class UnusualRangeError(DataError):
    """The pixels are no values of a usual range, so that what is white in them is unknown.

    ``with_white`` returns the images where it is said, or with None those whose values a caller's function scales.
    """

    def __init__(self, message: str, with_white: Callable[[float | None], Images] | None = None) -> None:
        super().__init__(message)
        self.with_white = with_white


class PixelRange(NamedTuple):
    """White (``peak``) and, for values that are a model's inputs already, their lowest and highest (``scaled``).

    ``notes`` say what was concluded where it is not obvious.
    """

    peak: float
    scaled: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()


class Depth(NamedTuple):
    """What is white in a set's files of 16 bits, and the note on it, "" where all bits are used.

    The few values beyond white are taken for white, unless it was ``given``. ``stored`` leaves values as they are.
    """

    white: float = WHITES[16]
    note: str = ""
    given: bool = False
    stored: bool = False


#: Files of 16 bits that use them all.
ALL_BITS = Depth()
#: Files of 16 bits for a model that takes values as they are stored.
AS_STORED = Depth(note="16-bit values as they are stored", given=True, stored=True)


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

    def beyond(white: float) -> tuple[str, ...]:
        return () if low >= 0 and high <= white else outside(parts(), white)

    if low < 0 and _is_scaled(values):
        return PixelRange(1.0 if high <= 1 else 255.0, _bulk(values))
    lit = int(np.count_nonzero(values))

    def holds(limit: float) -> bool:
        return _few(int(np.count_nonzero(values > limit)), lit)

    if not whole and holds(1 + OVERSHOOT):
        return PixelRange(1.0, notes=beyond(1.0))
    if not whole and holds(SMALL) and np.any(values % 1):
        if low < 0:
            return PixelRange(1.0, _bulk(values))
        raise UnusualRangeError(
            f"the pixels reach {high:.3g}, which is high for 0…1 and low for 0…255; say which value is white with "
            f'{OPTION}, or, if they are a model\'s inputs already, open it with --scale raw, in Python scale="raw"'
        )
    if holds(255.0 if whole else 255 * (1 + OVERSHOOT)):
        return PixelRange(255.0, notes=(*([OF_8_BITS] if whole else []), *beyond(255.0)))
    if whole or not np.any(values % 1):
        for bits, white in DEPTHS.items():
            if holds(white):
                highest = float(values[values <= white].max())
                return PixelRange(white, notes=(depth_words(bits, highest), *beyond(white)))
    raise UnusualRangeError(
        f"the pixels reach {high:g}, which is no usual range; scale them to 0…1 or 0…255 first, say which value is "
        f'white with {OPTION}, or open the model with --scale raw, in Python scale="raw" or a function that scales them'
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


def depth_of_set(parts: Iterable[np.ndarray]) -> Depth:
    """Return how many of their 16 bits the whole numbers of a set use, by the rule of pixel_range."""
    lit, over, highest = 0, dict.fromkeys(WHITES, 0), dict.fromkeys(WHITES, 0.0)
    for values in parts:
        lit += int(np.count_nonzero(values))
        for bits, white in WHITES.items():
            inside = values[values <= white]
            over[bits] += values.size - inside.size
            highest[bits] = max(highest[bits], float(inside.max(initial=0)))
    bits = next((bits for bits, count in over.items() if _few(count, lit)), 16)
    return Depth(WHITES[bits], depth_words(bits, highest[bits]) if bits < 16 else "")


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


def outside(parts: Iterable[np.ndarray], white: float) -> tuple[str, ...]:
    """Return the note on values outside 0…``white`` in the parts of a set, if there are any."""
    count, size, low, high = 0, 0, np.inf, -np.inf
    for part in parts:
        count += int(np.count_nonzero((part < 0) | (part > white)))
        size += part.size
        low, high = min(low, float(part.min())), max(high, float(part.max()))
    if not count:
        return ()
    figures = f"{low:.4g} to {high:.4g}"
    return (f"read as 0…{white:g}, although {count:,} of {size:,} values lie outside (they run from {figures})",)
