"""The original of an image that was read from a file: the file as it is, and where the fitted image lies in it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnviz.core.errors import DataError, UsageError

from .bands import draw_bands
from .fit import STRETCH, Box, Placement
from .fit_images import placed, to_grayscale
from .formats.image_file import ImageHeader, read_channels, read_header, read_image
from .images import Images
from .paths import shown
from .pixel_range import ALL_BITS, AS_STORED, WHITES, Depth
from .unreadable_files import UnreadableError
from .white import given_white

#: How far pixels that are read again may be from those of before: fractions were rounded in a large set.
NEAR = 0.51


@dataclass(frozen=True, eq=False)
class Original:
    """An image at its own size, upright and opaque: ``pixels`` uint8 (h, w, c), and its ``place`` in the fitted one.

    ``fitted`` is the size (height, width) of that.
    """

    pixels: np.ndarray
    place: Placement
    fitted: tuple[int, int]

    def cells(self, grid: tuple[int, int], shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        """Return the row and the column of a map's cell under each row and column of the original; -1 for none.

        The map has ``grid`` cells over the fitted image; the original is drawn in ``shape`` rows and columns.
        """
        height, width = self.pixels.shape[:2]
        used, filled = self.place
        return (
            _along(height, (used.top, used.bottom), (filled.top, filled.bottom), self.fitted[0], grid[0], shape[0]),
            _along(width, (used.left, used.right), (filled.left, filled.right), self.fitted[1], grid[1], shape[1]),
        )


def check_originals(images: Images) -> None:
    """Raise UsageError if any image does not come from an image file."""
    if len(images) and not images.paths:
        raise UsageError(
            f"{images.source} has no original images: only images from image files do; leave the originals out"
        )


def read_original(images: Images, position: int) -> Original:
    """Read the file of an image again.

    UsageError if the image does not come from a file, DataError if that is gone, or no longer gives this image.
    """
    check_originals(images)
    if not -len(images) <= position < len(images):
        raise UsageError(f"there is no image {position}: there are {len(images)}")
    path, wanted, fit = images.paths[position], images.shape[:2], images.fit or STRETCH
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            header = read_header(path)
            # The set decided how many of 16 bits are used; here the image does, by what it became.
            for depth in _depths(images) if header.deep else (ALL_BITS,):
                array, whole = _pixels(path, header, images.shape[2], depth)
                place = fit.placement(array.shape[:2], wanted)
                again = array if array.shape[:2] == wanted else placed(array, place, wanted, fit)
                if _is_same(again, images.pixels[position], place.fitted, images.peak):
                    break
            else:
                raise DataError(f"{shown(path)} has changed since it was read, so it has no map; read it again")
        except UnreadableError as error:
            raise DataError(f"the original cannot be shown: {error}") from error
    if images.ends is None and images.peak != 255:
        whole = whole * np.float32(255 / images.peak)
    pixels = draw_bands(whole, images.bands if whole.shape[2] == images.shape[2] else (), images.ends)
    return Original(pixels, place, wanted)


def _pixels(path: Path, header: ImageHeader, channels: int, depth: Depth) -> tuple[np.ndarray, np.ndarray]:
    """Return a file's pixels (h, w, c) in so many channels, and in all that it has."""
    if header.bands_for(channels):
        whole, _ = read_channels(path)
        return to_grayscale(whole.astype(np.float32)) if channels == 1 else whole, whole
    array = _channels_last(read_image(path, channels == 3, depth)[0])
    return array, array if channels == 3 else _channels_last(read_image(path, header.color, depth)[0])


def _depths(images: Images) -> list[Depth]:
    """Return what may have been white when files of 16 bits were read: what was given, else one of the usual values."""
    if any(note.startswith("16-bit values") and note.endswith("as they are stored") for note in images.notes):
        return [AS_STORED]
    given = given_white(images.notes)
    return [Depth(given, given=True)] if given else [Depth(white) for white in WHITES.values()]


def _channels_last(array: np.ndarray) -> np.ndarray:
    return array[..., None] if array.ndim == 2 else array


def _is_same(again: np.ndarray, held: np.ndarray, box: Box, peak: float) -> bool:
    """Return whether the part of an image in a box is what was read, inverted or not."""
    inside = (slice(box.top, box.bottom), slice(box.left, box.right))
    now, before = again[inside].astype(np.float32), held[inside].astype(np.float32)
    return any(bool(np.abs(one - before).max(initial=0) <= NEAR) for one in (now, np.float32(peak) - now))


def _along(
    extent: int, used: tuple[int, int], filled: tuple[int, int], whole: int, cells: int, drawn: int
) -> np.ndarray:
    """Return the cell under each of the ``drawn`` pixels of an axis of the original."""
    at = (np.arange(drawn) + 0.5) * (extent / drawn)
    inside = (at >= used[0]) & (at < used[1])
    fitted = filled[0] + (at - used[0]) * ((filled[1] - filled[0]) / (used[1] - used[0]))
    return np.where(inside, np.clip(fitted * cells / whole, 0, cells - 1).astype(np.int64), -1)
