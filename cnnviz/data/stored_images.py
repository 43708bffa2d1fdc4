"""Images in files that hold whole arrays: all of them, or the first ones without reading the rest into memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np

from .arrays import Arrangement, arrangement, as_images, label_array, of_unusual_range
from .formats.limits import check_set_size
from .images import Images
from .input_spec import InputSpec
from .label_arrays import LabelArray
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
    like: InputSpec | None = None,
) -> Images:
    """Return the images of an array in a file, or the first ``limit``; ``like`` and errors are those of as_images.

    The first images are those of the whole set, with its class names and its range of pixels, which are found in
    portions where the first images alone do not tell them.
    """
    shape = stored.shape
    found = arrangement(shape, stored.kind, source, like, None if labels is None else len(labels))
    if limit is None or found.alone or limit >= shape[0]:
        if found.moved or stored.kind not in _KEPT:
            # A copy in memory; the others may stay on disk.
            check_set_size(source, shape[0], shape[1:], 1 if stored.kind.kind == "b" or stored.kind == np.uint8 else 4)
        return as_images(stored.whole(), labels, source, class_names, like)
    given = label_array(labels, shape[0], source, like)
    names = class_names_for(
        _shape(found),
        lambda: map(found, stored.portions()) if stored.kind == np.uint8 else (),
        given,
        class_names,
        source,
    )
    pixels, notes = found(stored.first(limit)), (*found.notes, *given.notes)

    def made(peak: float, *more: str, scaled: tuple[float, float] | None = None) -> Images:
        return Images(
            pixels,
            None if given.classes is None else given.classes[:limit],
            names,
            source,
            notes=(*notes, *more),
            peak=peak,
            scaled=scaled,
            label_rows=None if given.rows is None else given.rows[:limit],
            whole=shape[0],
        )

    if pixels.dtype == np.uint8:
        return made(255.0)
    facts = _Facts(stored, found)
    if not facts.finite:
        # What is missing in the whole set is told of the whole set.
        return as_images(stored.whole(), labels, source, class_names, like)
    pixels = pixels.astype(np.uint8 if facts.bytes else np.float32)
    try:
        said = facts.range()
    except UnusualRangeError as error:
        return of_unusual_range(error, made, lambda: facts.high, source, like)
    return made(said.peak, *said.notes, scaled=said.scaled)


def _shape(found: Arrangement) -> tuple[int, int, int]:
    first, second, third = found.image
    return (second, third, first) if found.moved else (first, second, third)


class _Facts:
    """What the numbers of a whole array are: ``finite``, ``bytes`` in a wider type, and up to ``high``."""

    def __init__(self, stored: Stored, found: Arrangement) -> None:
        self.stored, self.found = stored, found
        self.whole_numbers = stored.kind.kind in "iu"
        self.finite, self.bytes, self.high = True, self.whole_numbers, -np.inf
        for part in stored.portions():
            with np.errstate(over="ignore"):
                self.finite = self.finite and bool(np.isfinite(part.astype(np.float32)).all())
            self.bytes = self.bytes and bool(part.min() >= 0 and part.max() <= 255)
            self.high = max(self.high, float(part.max()))

    def range(self) -> PixelRange:
        """Return the range of the whole array."""
        if self.bytes:
            return PixelRange(255.0, notes=(OF_8_BITS,) if self.stored.kind == np.uint16 else ())
        size = int(np.prod(self.stored.shape, dtype=object))
        return range_of_parts(self._parts, size, self.whole_numbers)

    def _parts(self) -> Iterator[np.ndarray]:
        return (self.found(part).astype(np.float32, copy=False) for part in self.stored.portions())
