"""Preview of augmentation: some images of a set, and changed copies of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnnviz.core.registry import parameters
from cnnviz.data.bands import draw_bands
from cnnviz.data.image_rows import ImageRows
from cnnviz.data.images import Images

from .augment import changed, chosen_changes
from .change import Change

#: Images per row, and rows with all changes together.
COLUMNS, TOGETHER = 10, 3


def preview(images: Images, changes: str | Sequence[str | Change], *, seed: int = 0) -> ImageRows:
    """Return up to ten images, one per class if possible: unchanged, after each change alone, and after all changes."""
    applied = chosen_changes(changes)
    some = images.take(_telling(images))
    rows = [("as they are", some.pixels)]
    # Each row has its own random stream, so that it does not depend on the other rows.
    for number, change in enumerate(applied if len(applied) > 1 else ()):
        rng = np.random.default_rng((seed, 1, number))
        rows.append((_words(change), changed(some.pixels, some.peak, (change,), rng)))
    for number in range(TOGETHER):
        rng = np.random.default_rng((seed, 2, number))
        name = "all together" if len(applied) > 1 else _words(applied[0])
        rows.append((name, changed(some.pixels, some.peak, applied, rng)))
    about = f"{images.source}: {len(some)} of {len(images):,} images, and changed copies of them"
    shown = tuple(_drawn(images, pixels) for _, pixels in rows)
    return ImageRows("Augmentation", about, tuple(name for name, _ in rows), shown, parted=1)


def _drawn(images: Images, pixels: np.ndarray) -> np.ndarray:
    """Return images or changed copies of them as they are drawn, uint8 (n, h, w, 1) or (n, h, w, 3)."""
    if images.ends is not None:
        return draw_bands(pixels, images.bands, images.ends)
    return draw_bands(images_bytes(pixels, images.peak), images.bands, None)


def images_bytes(pixels: np.ndarray, peak: float) -> np.ndarray:
    """Return images of any dtype as uint8, with full brightness at 255."""
    if pixels.dtype == np.uint8:
        return pixels
    return np.asarray(np.rint(np.clip(pixels / peak, 0, 1) * 255).astype(np.uint8))


def _telling(images: Images) -> np.ndarray:
    """Return the positions of the first image of each class, or of images spread over the set."""
    if images.labels is not None:
        first = np.unique(images.labels, return_index=True)[1]
        if len(first) >= 2:
            return first[:COLUMNS]
    count = min(COLUMNS, len(images))
    return np.arange(count) * len(images) // max(1, count)


def _words(change: Change) -> str:
    values = " ".join(f"{value:g}" for value in parameters(change).values())
    return f"{change.name} {values}"
