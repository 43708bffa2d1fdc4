"""Bands: the channels of an image beyond gray and color, and which of them are drawn.

Bands are numbered from 1, as in remote sensing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from cnnviz.core.errors import UsageError

#: The most channels of an image.
MOST = 16
#: Which share of the values of a band is drawn black, and which white, where the values are no bytes.
DARKEST, BRIGHTEST = 0.02, 0.98
#: As many values of a band are looked at.
MOST_VALUES = 2**20

#: What is accepted as bands: "4,3,2", (4, 3, 2), one number, or None for the first three.
BandsLike: TypeAlias = "str | int | Iterable[int] | None"


def bands_from(given: BandsLike) -> tuple[int, ...]:
    """Return three band numbers or one, () where the choice is left open; UsageError for anything else."""
    if given is None:
        return ()
    try:
        words = given.split(",") if isinstance(given, str) else [given] if isinstance(given, int) else list(given)
        numbers = tuple(int(word) for word in words)
        whole = all(number == word for number, word in zip(numbers, words, strict=True) if not isinstance(word, str))
    except (TypeError, ValueError, OverflowError):
        numbers, whole = (), False
    if not whole or len(numbers) not in (1, 3) or any(isinstance(word, bool) for word in words):
        raise UsageError(f"bands are three numbers or one, counted from 1, such as 4,3,2 or 4, not {_short(given)}")
    if min(numbers) < 1:
        raise UsageError(f"bands are counted from 1, so there is no band {min(numbers)}")
    return numbers


def drawn_bands(bands: tuple[int, ...], channels: int) -> tuple[int, ...]:
    """Return the numbers of the bands to draw: the chosen ones, else the first three, or the first of two."""
    return bands or ((1, 2, 3) if channels >= 3 else (1,))


def check_bands(bands: tuple[int, ...], channels: int) -> None:
    """Raise UsageError for a band that images of so many channels do not have."""
    if bands and max(bands) > channels:
        have = "1 channel, which is band 1" if channels == 1 else f"{channels} channels, bands 1 to {channels}"
        raise UsageError(f"there is no band {max(bands)}: the images have {have}")


def is_gray_or_color(channels: int) -> bool:
    """Return whether so many channels are those of a grayscale or a color image."""
    return channels in (1, 3)


def bands_words(bands: tuple[int, ...], channels: int, stretched: bool) -> str:
    """Return what is drawn of images, in a sentence; "" for grayscale and color images that are drawn whole.

    ``stretched`` says that the values of a band are drawn from DARKEST to BRIGHTEST.
    """
    if is_gray_or_color(channels) and not bands:
        return ""
    shown = drawn_bands(bands, channels)
    if len(shown) == 1:
        what = f"band {shown[0]} of {channels} is drawn in gray"
    else:
        what = f"bands {shown[0]}, {shown[1]} and {shown[2]} of {channels} are drawn as red, green and blue"
    ends = f", {'each ' if len(shown) > 1 else ''}from its 2nd to its 98th percentile" if stretched else ""
    return what + ends + ("" if bands else "; choose others with --bands, in Python bands=")


def percentile_ends(pixels: np.ndarray, band: int) -> tuple[float, float]:
    """Return the values of a band (its position) of images (n, h, w, c) that are drawn black and white."""
    # The view of all pixels copies no channel of a set that stays on disk.
    whole = pixels.flags.c_contiguous
    values = pixels.reshape(-1, pixels.shape[-1])[:, band] if whole else pixels[..., band].reshape(-1)
    values = values[:: -(-values.size // MOST_VALUES)]
    low, high = np.quantile(values, (DARKEST, BRIGHTEST))
    if high <= low:
        # More than nine tenths are alike; what differs must still show.
        low, high = values.min(), values.max()
    return float(low), float(max(high, np.nextafter(np.float32(low), np.float32(np.inf))))


def draw_bands(pixels: np.ndarray, bands: tuple[int, ...], ends: tuple[tuple[float, float], ...] | None) -> np.ndarray:
    """Return pixels (…, c) as uint8 (…, 1) or (…, 3): all of a gray or a color image, else the bands to draw.

    ``ends`` are the values drawn black and white in each of them, by default 0 and 255.
    """
    c = pixels.shape[-1]
    if bands or not is_gray_or_color(c):
        pixels = pixels[..., [band - 1 for band in drawn_bands(bands, c)]]
    if ends is not None:
        low, high = np.asarray(ends, np.float32).T
        pixels = (pixels - low) / (high - low) * np.float32(255)
    return pixels if pixels.dtype == np.uint8 else np.rint(np.clip(pixels, 0, 255)).astype(np.uint8)


def _short(given: object) -> str:
    text = repr(given)
    return text if len(text) <= 40 else text[:39] + "…"
