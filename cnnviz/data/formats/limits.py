"""Limits of readers, so that a small file cannot fill the memory."""

from __future__ import annotations

import math

from cnnviz.core.errors import DataError
from cnnviz.core.free_memory import free_memory

from ..paths import shown
from ..unreadable_files import UnreadableError

#: The most bytes that one set may take in memory (the 60,000 images of Fashion-MNIST take 47 million).
MAX_SET_BYTES = 4 * 2**30

#: The share of the free memory that a set may take. Parts and the whole are held together for a moment.
SHARE = 1 / 3

#: A larger set stays on disk, and only what is used of it is read.
MOST_READ = 2**28

#: How fewer images are taken of a set that is too large.
WITH_LIMIT = "cnnviz.open_images(…, limit=1000)"

#: The most bytes of a set that keeps the fractions of resized pixels; a larger one is rounded to bytes.
MAX_FLOAT_BYTES = 2**30

#: The most pixels of one image file, 89 million; Pillow warns above it.
MAX_IMAGE_PIXELS = 2**30 // 12

#: Deflate compresses at most 1032 to 1, so a header that promises more is false.
MAX_DEFLATE_RATIO = 1032

#: A label beyond this is a mistake (a pixel, an identifier), not a class.
MAX_CLASSES = 100_000


def most_bytes() -> tuple[int, str]:
    """Return the most bytes that a set may take in memory, and how that bound is called."""
    free = free_memory()
    if free is None or free * SHARE >= MAX_SET_BYTES:
        return MAX_SET_BYTES, f"the {size_words(MAX_SET_BYTES)} allowed in memory"
    most = int(free * SHARE)
    return most, f"{size_words(most)}, a third of the free memory"


def check_set_size(what: object, count: int, shape: tuple[int, ...], item_bytes: int = 1) -> None:
    """Raise DataError if ``count`` images of this shape and ``item_bytes`` per value take more than most_bytes."""
    total = count * item_bytes * math.prod(shape)
    most, bound = most_bytes()
    if total > most:
        raise DataError(
            f"{shown(what)} holds {count} images of {'×'.join(map(str, shape))}, that is {size_words(total)} in "
            f"memory and more than {bound}; take fewer, {WITH_LIMIT}, or shrink them first"
        )


def too_large(path: object, size: str) -> UnreadableError:
    """Return the error for an image of more than MAX_IMAGE_PIXELS; ``size`` is width × height, or ""."""
    most = f"{MAX_IMAGE_PIXELS // 1_000_000} megapixels"
    message = f"{shown(path)} is too large{': ' + size if size else ''}; shrink it to {most} at most"
    return UnreadableError(f"more than {most}", message)


def size_words(count: int) -> str:
    """Return a number of bytes with a unit: "784 bytes", "47.0 MB"."""
    if count < 1000:
        return f"{count} bytes"
    power = min((len(str(count)) - 1) // 3, 5)
    size = count / 1000**power
    return f"{size:.1f} {('kB', 'MB', 'GB', 'TB', 'PB')[power - 1]}" if size < 1e6 else f"{count:.0e} bytes"
