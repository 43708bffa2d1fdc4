"""Turn maps into few bytes that the page can unpack without loss of what matters: zero, lowest and highest."""

from __future__ import annotations

import base64
import gzip

import numpy as np

from cnnviz.core.errors import ModelError, UsageError

#: Bytes of one file that a browser opens with ease; a heavier page becomes a folder.
LIMIT = 25_000_000
#: Bytes that a page may have in all.
MOST = 500_000_000


def quantise(maps: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return codes (uint8, same shape), lowest and highest value (float32) of every row of a 2-D array.

    In a row of one sign code 0 is the lowest and 255 the highest value exactly. In a row with both signs the grid is
    shifted so that zero falls on a code, since a ramp centred on zero must not tint what is exactly zero. Nothing
    else gets the code of zero, however small it is, so that zeros can be counted.
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
    """Return float64 values of quantised rows; the page does the same in values/quantise.js."""
    low, high = low.astype(np.float64), high.astype(np.float64)
    origin, step = _grid(low, high)
    values = origin[:, None] + codes * step[:, None]
    # Of the end codes, those on the grid's edge are given back without rounding; so is zero.
    one_sided = ((low >= 0) | (high <= 0))[:, None]
    values = np.where(one_sided & (codes == 255), high[:, None], values)
    zero = np.rint(-origin / np.where(step > 0, step, 1.0))
    return np.where(~one_sided & (codes == zero[:, None]), 0.0, values)


def largest_error(values: np.ndarray) -> float:
    """Return how far a restored value of this layer may be from the true one.

    That is half of the widest step; next to zero, where nothing is rounded to zero, a whole one.
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
    """Return the bytes of a layer's blob: lows, highs (little-endian float32), codes, image by image.

    ``values`` is (n, h, w, channels) or (n, units). Codes run over image, channel, row, column: a map is one
    contiguous piece. ``name`` is what an error says gave the values.
    """
    if not np.isfinite(values).all():
        raise ModelError(f"{name} returned NaN or infinity; check the model's weights and the pixel scale")
    if values.ndim == 4:
        values = values.transpose(0, 3, 1, 2)
    n, channels = values.shape[:2]
    # Adding zero turns -0.0 into 0.0: the same numbers, the same bytes.
    codes, low, high = quantise(values.reshape(n * channels, -1) + np.float32(0))
    return low.astype("<f4").tobytes() + high.astype("<f4").tobytes() + codes.tobytes()


def packed(content: bytes) -> str:
    """Return base64 of gzip, without a time stamp: the same content gives the same text."""
    return base64.b64encode(gzip.compress(content, compresslevel=9, mtime=0)).decode()


class Blobs:
    """Binary pieces of a page, each gzipped and in base64; the page unpacks one when it is first looked at."""

    def __init__(self, most: int = MOST) -> None:
        self.texts: list[str] = []
        self._most = most

    def add(self, content: bytes) -> int:
        """Keep ``content`` and return the number that the page finds it by; UsageError when it gets too much."""
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
        """How many bytes the pieces take in the page."""
        return sum(map(len, self.texts))
