"""How a set of images is drawn: as bytes, in gray or color."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from .bands import bands_words, draw_bands, drawn_bands, is_gray_or_color, percentile_ends
from .white import is_assumed


class Drawn:
    """The part of Images that shows them; see there for the fields."""

    pixels: np.ndarray
    peak: float
    scaled: tuple[float, float] | None
    notes: tuple[str, ...]
    bands: tuple[int, ...]

    @cached_property
    def stretched(self) -> tuple[np.ndarray, float, float]:
        """The images as bytes for display, uint8 (n, h, w, c), and the pixel values that 0 and 255 stand for.

        Bytes stay as they are. Floats are stretched from 0, or the set's lowest where it is less, to white, or the
        set's highest where it is more; a model's inputs to 1 or their highest. Those of other than 1 or 3 channels are
        stretched from the set's lowest to its highest value.
        """
        pixels = self.pixels
        if pixels.dtype == np.uint8 or not pixels.size:
            return pixels.astype(np.uint8, copy=False), 0.0, 255.0
        low, high = float(pixels.min()), float(pixels.max())
        if is_gray_or_color(pixels.shape[3]):
            low, high = min(0.0, low), max(1.0 if self.scaled else self.peak, high)
        elif high == low:
            high = low + 1.0
        return np.rint((pixels - low) / (high - low) * 255).astype(np.uint8), low, high

    def ends_of(self, channel: int) -> tuple[float, float] | None:
        """Return the pixel values of a channel that are drawn black and white; None where the whole range is drawn.

        Values of bands that are no bytes, such as reflectances, fill a small part of their range.
        """
        whole = is_gray_or_color(self.pixels.shape[3]) or (self.peak == 255 and self.scaled is None)
        if whole or not len(self.pixels):
            return None
        return percentile_ends(self.pixels, channel)

    @cached_property
    def ends(self) -> tuple[tuple[float, float], ...] | None:
        """What ``ends_of`` returns for each drawn channel, or None."""
        found = [self.ends_of(channel) for channel in self.drawn_channels]
        return None if found[0] is None else tuple(one for one in found if one is not None)

    @property
    def drawn_channels(self) -> list[int]:
        """The positions of the channels that are drawn: of all of a gray or a color image, else of its bands."""
        c = self.pixels.shape[3]
        whole = is_gray_or_color(c) and not self.bands
        return list(range(c)) if whole else [band - 1 for band in drawn_bands(self.bands, c)]

    @cached_property
    def drawn(self) -> np.ndarray:
        """The images as they are drawn, uint8 (n, h, w, 1) or (n, h, w, 3): all channels, or the chosen bands."""
        whole = is_gray_or_color(self.pixels.shape[3])
        return draw_bands(self.stretched[0] if whole else self.pixels, self.bands, self.ends)

    @property
    def bands_note(self) -> str:
        """Which bands are drawn, in a sentence; "" for grayscale and color images that are drawn whole."""
        return bands_words(self.bands, self.pixels.shape[3], self.ends is not None)

    @property
    def shown_notes(self) -> tuple[str, ...]:
        """The notes, and which bands are drawn."""
        return (*self.notes, *filter(None, [self.bands_note]))

    @property
    def assumed_white(self) -> str:
        """The note on a white that only the values of the set tell, as 12 or 14 bits; "" if it is known."""
        return next(filter(is_assumed, self.notes), "")
