"""Animated sheets of a layer's channels, image by image, as a GIF."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

from cnnviz.core.errors import UsageError
from cnnviz.features.activations import Activations

from ..sheets.channels_sheet import LayerSheets
from ..sheets.paper import INKS, image_pixels

#: Colors reserved for the ramp: a GIF has 256, and text and images need some too.
STEPS = 128
#: The most images in an animation.
MOST_FRAMES = 200
_GRAYS = 24
_MILLISECONDS = 1000


def activations_gif(result: Activations, layer: str, scale: str = "channel") -> bytes:
    """Return a GIF of one layer's sheet, one second per image, played twice; the same result gives the same bytes.

    ``scale`` is as in ``activations_sheet``. The ramp's 128 colors, paper and ink are exact; grayscale images are
    within two levels of 255 and color images approximate. More than 200 images raise UsageError.
    """
    if len(result) > MOST_FRAMES:
        raise UsageError(f"{len(result)} images are too many for an animation; choose at most {MOST_FRAMES}")
    sheets = LayerSheets(result, layer, scale, STEPS)
    every = range(len(result))
    return film((sheets.draw([i]) for i in every), [image_pixels(result, i) for i in every], sheets.ramp)


def film(
    sheets: Iterable[Image.Image],
    images: Sequence[np.ndarray],
    ramp: np.ndarray | None = None,
    milliseconds: int | list[int] = _MILLISECONDS,
) -> bytes:
    """Return a GIF of sheets of one size, each shown for its milliseconds, played twice.

    ``pictures`` (h, w, 3) are the images on the sheets, besides the inks and the ramp, (colors, 3) uint8, whose
    colors are all kept.
    """
    colors = _palette(images, np.empty((0, 3), np.uint8) if ramp is None else ramp)
    frames = []
    for sheet in sheets:
        frame = Image.fromarray(_nearest(np.asarray(sheet), colors))
        frame.putpalette(colors.tobytes())
        frames.append(frame)
    stream = io.BytesIO()
    # One repeat: it plays twice and then stops.
    frames[0].save(
        stream, "GIF", save_all=True, append_images=frames[1:], duration=milliseconds, loop=1, optimize=False
    )
    return stream.getvalue()


def _palette(shown: Sequence[np.ndarray], ramp: np.ndarray) -> np.ndarray:
    """Return (256, 3) uint8: ramp, inks, grays, and as many image colors as fit."""
    fixed = np.unique(np.concatenate([ramp, np.array(INKS, np.uint8)]), axis=0)
    images = np.concatenate([pixels.reshape(-1, 3) for pixels in shown])
    colored = bool((np.ptp(images, axis=1) > 0).any())
    room = 256 - len(fixed)
    grays = np.linspace(0, 255, _GRAYS if colored else room).round().astype(np.uint8)
    found = [fixed, grays[:, None].repeat(3, axis=1)]
    if colored:
        some = np.ascontiguousarray(images[:: max(1, len(images) // 100_000)])
        reduced = Image.fromarray(some[None]).quantize(
            room - _GRAYS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        found.append(np.array(reduced.getpalette(), np.uint8).reshape(-1, 3))
    colors = np.concatenate(found)[:256]
    return np.concatenate([colors, np.zeros((256 - len(colors), 3), np.uint8)])


def _nearest(pixels: np.ndarray, colors: np.ndarray) -> np.ndarray:
    """Return (h, w) uint8, the number of the nearest color of each pixel."""
    packed = pixels.astype(np.int32) @ np.array([65536, 256, 1])
    seen, place = np.unique(packed, return_inverse=True)
    rgb = np.stack([seen >> 16, seen >> 8 & 255, seen & 255], axis=1)
    nearest = np.empty(len(rgb), np.uint8)
    for start in range(0, len(rgb), 4096):
        part = rgb[start : start + 4096]
        nearest[start : start + 4096] = ((part[:, None] - colors.astype(np.int32)) ** 2).sum(axis=2).argmin(axis=1)
    return nearest[place].reshape(pixels.shape[:2])
