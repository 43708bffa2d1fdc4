"""What reading a stream may take, and what is shown of it."""

from __future__ import annotations

import sys
import time

from cnnviz.core.free_memory import free_memory

from ..formats.limits import MAX_SET_BYTES, size_words

#: The share of the free memory that a stream may take. Parts and the whole are held together for a moment.
SHARE = 1 / 3
#: Seconds until a line is shown, and between its changes.
PATIENCE, PAUSE = 2.0, 0.5


def most_bytes() -> tuple[int, str]:
    """Return the most bytes that a stream may take in memory, and how that bound is called."""
    free = free_memory()
    if free is None or free * SHARE >= MAX_SET_BYTES:
        return MAX_SET_BYTES, f"the {size_words(MAX_SET_BYTES)} allowed in memory"
    most = int(free * SHARE)
    return most, f"{size_words(most)}, a third of the free memory"


class ReadingLine:
    """A line in the terminal, or under a notebook's cell, with what was read of a slow stream so far."""

    def __init__(self, where: str) -> None:
        self.where = where.removeprefix("the ")
        self._next = time.monotonic() + PATIENCE
        self._width = 0

    def __call__(self, count: int, size: int) -> None:
        """Show the number of images and their bytes, if it is time."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + PAUSE
        if _is_watched():
            self._write(f"reading {self.where}: {count:,} images, {size_words(size)}")

    def close(self) -> None:
        """Take the line away."""
        if self._width:
            self._write("")
            sys.stderr.write("\r")
            sys.stderr.flush()

    def _write(self, line: str) -> None:
        sys.stderr.write(f"\r{line:<{self._width}}")
        sys.stderr.flush()
        self._width = len(line)


def _is_watched() -> bool:
    """Return whether someone sees the error stream at once: a terminal or a notebook."""
    stream = sys.stderr
    return stream is not None and (stream.isatty() or type(stream).__module__.startswith("ipykernel"))
