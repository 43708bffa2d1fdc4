"""What is shown of a stream that is read."""

from __future__ import annotations

import sys
import time

from ..formats.limits import size_words

#: Seconds until a line is shown, and between its changes.
PATIENCE, PAUSE = 2.0, 0.5


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
