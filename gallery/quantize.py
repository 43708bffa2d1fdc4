"""Quantize maps to 8 bits with exact zero, lowest and highest values."""

from __future__ import annotations

import base64
import gzip

import numpy as np

from cnnviz.core.errors import ModelError, UsageError

#: The largest single file, in bytes; a larger page becomes a folder.
LIMIT = 25_000_000
#: The largest page, in bytes.
MOST = 500_000_000


def quantize(maps: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return codes (uint8, same shape), and the lowest and highest value (float32) of every row of a 2-D array.

    In a row of one sign, codes 0 and 255 are exactly the lowest and highest value. In a row of both signs the grid is
    shifted so that zero has a code, since a ramp centered on zero must not tint zeros. Only exact zeros get this code,
    so that zeros can be counted.
    """
    rows = maps.astype(np.float64)
    low, high = rows.min(axis=1), rows.max(axis=1)
    origin, step = _grid(low, high)
    safe = np.where(step > 0, step, 1.0)
    codes = np.rint((rows - origin[:, None]) / safe[:, None]).clip(0, 255)
    zero = np.rint(-origin / safe)[:, None]
    reaches_zero = ((low <= 0) & (high >= 0) & (step > 0))[:, None]
    codes = np.where(reaches_zero & (codes == zero) & (rows != 0), zero + np.sign(rows), codes).astype(np.uint8)
    return codes, low.astype(np.float32), high.astype(np.float32)


def restore(codes: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return float64 values of quantized rows; the same as in the page's values/quantize.js."""
    low, high = low.astype(np.float64), high.astype(np.float64)
    origin, step = _grid(low, high)
    values = origin[:, None] + codes * step[:, None]
    # End codes on the grid's edge are restored exactly, and so is zero.
    one_sided = ((low >= 0) | (high <= 0))[:, None]
    values = np.where(one_sided & (codes == 255), high[:, None], values)
    zero = np.rint(-origin / np.where(step > 0, step, 1.0))
    return np.where(~one_sided & (codes == zero[:, None]), 0.0, values)


def largest_error(values: np.ndarray) -> float:
    """Return the largest error of a restored value of this layer.

    It is half of the widest step, or a whole step next to zero, where nothing is rounded to zero.
    """
    if values.ndim != 4:
        return 0.0
    low, high = values.min(axis=(1, 2)).astype(np.float64), values.max(axis=(1, 2)).astype(np.float64)
    return float(_grid(low.ravel(), high.ravel())[1].max())


def _grid(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    span = high - low
    both = (low < 0) & (high > 0)
    safe = np.where(both, span, 1.0)
    zero = np.rint(255 * -low / safe).clip(1, 254)
    step = np.where(both, np.maximum(-low / zero, high / (255 - zero)), span / 255)
    return np.where(both, -zero * step, low), step


def pack_maps(values: np.ndarray, name: str) -> bytes:
    """Return the bytes of a layer's blob: lows and highs (little-endian float32) and codes, image by image.

    ``values`` is (n, h, w, channels) or (n, units). Codes are in the order image, channel, row, column, so a map is
    contiguous. ``name`` is the source of the values in error messages.
    """
    if not np.isfinite(values).all():
        raise ModelError(f"{name} returned NaN or infinity; check the model's weights and the pixel scale")
    if values.ndim == 4:
        values = values.transpose(0, 3, 1, 2)
    n, channels = values.shape[:2]
    # Adding zero turns -0.0 into 0.0: the same numbers, the same bytes.
    codes, low, high = quantize(values.reshape(n * channels, -1) + np.float32(0))
    return low.astype("<f4").tobytes() + high.astype("<f4").tobytes() + codes.tobytes()


def packed(content: bytes) -> str:
    """Return base64 of gzip without a timestamp: the same content gives the same text."""
    return base64.b64encode(gzip.compress(content, compresslevel=9, mtime=0)).decode()


class Blobs:
    """Binary pieces of a page, gzipped and in base64; the page unpacks each on first use."""

    def __init__(self, most: int = MOST) -> None:
        self.texts: list[str] = []
        self._most = most

    def add(self, content: bytes) -> int:
        """Add ``content`` and return its number; UsageError if the page becomes too large."""
        text = packed(content)
        self.texts.append(text)
        if self.weight > self._most:
            raise UsageError(
                f"the page would be over {self._most / 1e6:.0f} MB; choose fewer images (--n, --index) or layers "
                "(--layer)"
            )
        return len(self.texts) - 1

    @property
    def weight(self) -> int:
        """The size of all pieces in the page, in bytes."""
        return sum(map(len, self.texts))
