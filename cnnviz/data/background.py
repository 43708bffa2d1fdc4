"""Light and dark backgrounds: what is behind a drawing or a garment, and inversion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from cnnviz.core.errors import UsageError

from .formats.limits import check_set_size
from .images import Images
from .input_spec import InputSpec

Invert = Literal["auto", "yes", "no"]

LUMA = (0.299, 0.587, 0.114)

#: The level between dark and light, and the least level of a plain light background.
MIDDLE, LIGHT = 127.5, 200.0
#: How far the mean of a corner of a plain background may be from the others', and its deviation.
EVEN, ROUGH = 25.0, 20.0

#: How to settle it.
ASK = 'set --invert yes, in Python invert="yes"'


def check_invert(invert: str) -> None:
    """Raise UsageError unless ``invert`` is "auto", "yes" or "no"."""
    if invert not in ("auto", "yes", "no"):
        raise UsageError(f"invert can be auto, yes or no, not {invert!r}")


class Ground(NamedTuple):
    """The background of an image: its ``level`` in 0…255, and whether it is ``plain``, as behind a drawing."""

    level: float
    plain: bool

    def is_opposite(self, background: str | None) -> bool:
        """Return whether it is light where ``background`` is "dark", or dark where that is "light"."""
        return (background == "dark" and self.level > MIDDLE) or (background == "light" and self.level < MIDDLE)


def ground_of(image: np.ndarray) -> Ground:
    """Return the background of an image (h, w, c) in 0…255.

    It is plain if it is nearly black or nearly white, and even, in three of the four corners at least.
    """
    corners = _corners(image)
    level = float(np.median([corner.mean() for corner in corners]))
    white = level > MIDDLE
    even = [
        abs(float(corner.mean()) - level) <= EVEN
        and float(corner.std()) <= ROUGH
        and (corner.mean() >= LIGHT if white else corner.mean() <= 255 - LIGHT)
        for corner in corners
    ]
    return Ground(level, sum(even) >= 3)


def background_level(image: np.ndarray) -> float:
    """Return the background level of an image (h, w, c), in the range of its pixels.

    It is the median of the mean luma of the four corners, each 1/14 of the height and width. Corners rather than the
    whole border, because garments reach the border between them; the median, because a corner may be covered. None of
    Fashion-MNIST's 70,000 images has a background above mid-gray.
    """
    return float(np.median([corner.mean() for corner in _corners(image)]))


def _corners(image: np.ndarray) -> list[np.ndarray]:
    """Return the luma of the four corners; of more bands than color has their mean."""
    h, w = image.shape[:2]
    a, b = max(1, round(h / 14)), max(1, round(w / 14))
    c = image.shape[2]
    weights = LUMA if c == 3 else (1 / c,) * c
    return [part @ weights for part in (image[:a, :b], image[:a, -b:], image[-a:, :b], image[-a:, -b:])]


def to_invert(
    grounds: Sequence[Ground], invert: Invert, together: bool, like: InputSpec | None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return which images to invert, bool (n,), and the note that says so, or why not."""
    none = np.zeros(len(grounds), bool)
    if invert == "no":
        return none, ()
    if invert == "yes":
        return ~none, ("inverted" if len(none) == 1 else f"inverted {len(none)} images",)
    if like is None:
        return none, ()
    if like.background is None:
        return none, _unknown(grounds, like)
    opposite = np.array([ground.is_opposite(like.background) for ground in grounds])
    plain = np.array([ground.plain for ground in grounds])
    kind = "light" if like.background == "dark" else "dark"
    found = opposite & plain
    if together and found.any():
        share = f"{kind} background in {found.sum()} of {len(found)} images"
        if found.mean() > 0.5:
            return ~none, (f"inverted all images ({share})",)
        return none, (f"not inverted ({share})",)
    notes = []
    if found.any():
        notes.append(f"inverted{_some(found)} ({kind} background)")
    if (opposite & ~plain).any():
        notes.append(f"not inverted{_some(opposite & ~plain)}: {kind} corners, but no plain background; {ASK}")
    return found, tuple(notes)


def _some(which: np.ndarray) -> str:
    """Return the number of images in words, "" for a single image of one."""
    count = int(which.sum())
    return f" {count} image{'s' if count > 1 else ''}" if len(which) > 1 else ""


def _unknown(grounds: Sequence[Ground], like: InputSpec) -> tuple[str, ...]:
    """Return the note for a model like those of Fashion-MNIST and MNIST, whose training images are not known."""
    light = np.array([ground.plain and ground.level > MIDDLE for ground in grounds])
    if (like.height, like.width, like.channels) != (28, 28, 1) or light.mean() <= 0.5:
        return ()
    return (f"not inverted, since it is unknown whether the model was trained on light on dark; if so, {ASK}",)


def inverted(images: Images) -> np.ndarray:
    """Return the pixels inverted, ``peak`` minus each value; UsageError if any is outside 0…peak.

    DataError for a set that stays on disk and takes too much memory.
    """
    pixels = images.pixels
    check_set_size(images.source, len(pixels), images.shape, pixels.itemsize)
    if pixels.dtype == np.uint8:
        return 255 - pixels
    if pixels.size and (pixels.min() < 0 or pixels.max() > images.peak):
        raise UsageError(
            f"{images.source} has pixels outside 0 to {images.peak:g}, which cannot be inverted; scale them first"
        )
    return np.float32(images.peak) - pixels
