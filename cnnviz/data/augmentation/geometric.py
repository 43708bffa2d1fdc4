"""Geometric changes: shift, flip, rotate, scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .change import CHANGES, Change, within


@CHANGES.enter("shift")
@dataclass(frozen=True)
class Shift(Change):
    """Move each image by a whole number of pixels, up to ``pixels`` in either direction."""

    pixels: int = 4

    def __post_init__(self) -> None:
        within("shift: pixels", self.pixels, 0, 10_000)

    def __call__(self, pixels: np.ndarray, background: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Shift by whole numbers of pixels, all equally likely."""
        moves = rng.integers(-self.pixels, self.pixels + 1, (len(pixels), 2))
        height, width = pixels.shape[1:3]
        rows = np.arange(height) - moves[:, :1]
        columns = np.arange(width) - moves[:, 1:]
        moved = pixels[
            np.arange(len(pixels))[:, None, None],
            rows.clip(0, height - 1)[:, :, None],
            columns.clip(0, width - 1)[:, None, :],
        ]
        inside = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None, :]
        return np.where(inside[..., None], moved, background[:, None, None, :])


@CHANGES.enter("flip")
@dataclass(frozen=True)
class Flip(Change):
    """Mirror each image left to right with probability ``share``."""

    share: float = 0.5

    def __post_init__(self) -> None:
        within("flip: share", self.share, 0, 1)

    def __call__(self, pixels: np.ndarray, background: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Mirror a random choice of the images."""
        flipped = rng.random(len(pixels)) < self.share
        return np.where(flipped[:, None, None, None], pixels[:, :, ::-1], pixels)


class Turning(Change):
    """A rotation or scaling about the center; several in a row are combined so that pixels are resampled only once."""

    def factors(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Return complex factors (count,): the pixel at x + iy of a result is read from x + iy times the factor."""
        raise NotImplementedError

    def __call__(self, pixels: np.ndarray, background: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Rotate and scale, with bilinear interpolation."""
        return turned(pixels, background, self.factors(len(pixels), rng))


@CHANGES.enter("rotate")
@dataclass(frozen=True)
class Rotate(Turning):
    """Rotate each image about its center, by up to ``degrees`` either way."""

    degrees: float = 15.0

    def __post_init__(self) -> None:
        within("rotate: degrees", self.degrees, 0, 180)

    def factors(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Return complex numbers of absolute value 1."""
        return np.asarray(np.exp(1j * np.radians(rng.uniform(-self.degrees, self.degrees, count))))


@CHANGES.enter("scale")
@dataclass(frozen=True)
class Scale(Turning):
    """Enlarge or shrink each image about its center, by a factor from 1 / (1 + ``most``) to 1 + ``most``."""

    most: float = 0.15

    def __post_init__(self) -> None:
        within("scale: most", self.most, 0, 9)

    def factors(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Return real factors, below 1 for an enlarged image."""
        reach = np.log1p(self.most)
        return np.asarray(np.exp(-rng.uniform(-reach, reach, count)).astype(complex))


def turned(pixels: np.ndarray, background: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Return each image rotated and scaled by its complex factor (n,)."""
    return resampled(pixels, background, factors.real, factors.imag)


def resampled(pixels: np.ndarray, background: np.ndarray, cosine: np.ndarray, sine: np.ndarray) -> np.ndarray:
    """Return each image (h, w, c) read at (cosine · y - sine · x, sine · y + cosine · x) about its center, bilinear.

    Outside the image is ``background`` (n, c).
    """
    count, height, width, _ = pixels.shape
    y = np.arange(height, dtype=np.float32)[:, None] - (height - 1) / 2
    x = np.arange(width, dtype=np.float32)[None, :] - (width - 1) / 2
    cosine, sine = (values.astype(np.float32)[:, None, None] for values in (cosine, sine))
    rows = cosine * y - sine * x + (height - 1) / 2
    columns = sine * y + cosine * x + (width - 1) / 2
    # The image is framed with background, and everything outside is read from the frame.
    ringed = np.empty((count, height + 2, width + 2, pixels.shape[3]), np.float32)
    ringed[:] = background[:, None, None, :]
    ringed[:, 1:-1, 1:-1] = pixels
    rows, columns = (rows + 1).clip(0, height + 1), (columns + 1).clip(0, width + 1)
    # Rounding may put a corner just outside the image; it is clipped.
    top = (rows + np.float32(1e-4)).astype(np.int64).clip(max=height)
    left = (columns + np.float32(1e-4)).astype(np.int64).clip(max=width)
    down, right = (rows - top).clip(0, 1)[..., None], (columns - left).clip(0, 1)[..., None]
    across = width + 2
    at = np.arange(count)[:, None, None] * ((height + 2) * across) + top * across + left
    values = ringed.reshape(-1, pixels.shape[3])
    above, below = (
        (values.take(first, axis=0) * (1 - right) + values.take(first + 1, axis=0) * right)
        for first in (at, at + across)
    )
    return np.asarray(above * (1 - down) + below * down, np.float32)
