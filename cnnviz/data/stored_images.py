"""Images in files that hold whole arrays: all of them, or the first ones without reading the rest into memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np

from cnnviz.core.errors import DataError

from .arrays import Arrangement, arrangement, as_images, label_array
from .formats.limits import check_set_size
from .images import Images
from .label_arrays import LabelArray
from .paths import shown
from .pixel_range import OF_8_BITS, PixelRange, UnusualRangeError, range_of_parts
from .recognize_classes import class_names_for

#: Types of numbers that pixels keep; booleans become bytes, all others float32.
_KEPT = (np.dtype(np.uint8), np.dtype(np.float32))


class Stored(Protocol):
    """An array of pixels in a file."""

    @property
    def kind(self) -> np.dtype:
        """The type of number."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the whole array."""

    def whole(self) -> np.ndarray:
        """Return the whole array; DataError if it is too large."""

    def first(self, count: int) -> np.ndarray:
        """Return so many rows of the first axis."""

    def portions(self) -> Iterable[np.ndarray]:
        """Walk through the whole array, some rows at a time."""


def stored_images(
    stored: Stored,
    labels: np.ndarray | LabelArray | None,
    source: str,
    class_names: Sequence[str] | None = None,
    limit: int | None = None,
) -> Images:
    """Return the images of an array in a file, or the first ``limit``; errors are those of as_images.

    The first images are those of the whole set, with its class names and its range of pixels, which are found in
    portions where the first images alone do not tell them.
    """
    shape = stored.shape
    found = arrangement(shape, stored.kind, source, None, None if labels is None else len(labels))
    if limit is None or found.alone or limit >= shape[0]:
        if found.moved or stored.kind not in _KEPT:
            # A copy in memory; the others may stay on disk.
            check_set_size(source, shape[0], shape[1:], 1 if stored.kind.kind == "b" or stored.kind == np.uint8 else 4)
        return as_images(stored.whole(), labels, source, class_names)
    given = label_array(labels, shape[0], source)
    names = class_names_for(
        _shape(found),
        lambda: map(found, stored.portions()) if stored.kind == np.uint8 else (),
        given,
        class_names,
        source,
    )
    pixels, said, notes = found(stored.first(limit)), PixelRange(255.0), (*found.notes, *given.notes)
    if pixels.dtype != np.uint8:
        try:
            facts = _Facts(stored, found)
            if not facts.finite:
                # What is missing in the whole set is told of the whole set.
                return as_images(stored.whole(), labels, source, class_names)
            pixels, notes, said = facts.converted(pixels, notes)
        except UnusualRangeError as error:
            raise DataError(f"{shown(source)}: {error}") from error
    return Images(
        pixels,
        None if given.classes is None else given.classes[:limit],
        names,
        source,
        notes=(*notes, *said.notes),
        peak=said.peak,
        scaled=said.scaled,
        label_rows=None if given.rows is None else given.rows[:limit],
        whole=shape[0],
    )


def _shape(found: Arrangement) -> tuple[int, int, int]:
    first, second, third = found.image
    return (second, third, first) if found.moved else (first, second, third)


class _Facts:
    """What the numbers of a whole array are: ``finite``, and of bytes in a wider type."""

    def __init__(self, stored: Stored, found: Arrangement) -> None:
        self.stored, self.found = stored, found
        self.whole_numbers = stored.kind.kind in "iu"
        self.finite, self.bytes = True, self.whole_numbers
        for part in stored.portions():
            with np.errstate(over="ignore"):
                self.finite = self.finite and bool(np.isfinite(part.astype(np.float32)).all())
            self.bytes = self.bytes and bool(part.min() >= 0 and part.max() <= 255)

    def converted(self, pixels: np.ndarray, notes: tuple[str, ...]) -> tuple[np.ndarray, tuple[str, ...], PixelRange]:
        """Return pixels as Images holds those of the whole array, the notes, and its range."""
        if self.bytes:
            deep = (OF_8_BITS,) if self.stored.kind == np.uint16 else ()
            return pixels.astype(np.uint8), (*notes, *deep), PixelRange(255.0)
        size = int(np.prod(self.stored.shape, dtype=object))
        return pixels.astype(np.float32), notes, range_of_parts(self._parts, size, self.whole_numbers)

    def _parts(self) -> Iterator[np.ndarray]:
        return (self.found(part).astype(np.float32, copy=False) for part in self.stored.portions())
