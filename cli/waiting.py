"""The line on a terminal from the start of a command until it has something to tell."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

#: Arguments of people and programs that want no such line.
_SILENT = frozenset(("-q", "--quiet", "-h", "--help", "--version"))
_CLEAR = b"\r\x1b[2K"

_shown = False


def show_waiting(arguments: Sequence[str]) -> None:
    """Show on a terminal that the command has begun: TensorFlow alone takes seconds to load."""
    global _shown
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not _SILENT & set(arguments):
        # At once and past Python's buffers, as it is cleared.
        os.write(2, "starting…".encode())
        _shown = True


def clear_waiting() -> None:
    """Remove the line, before anything else is written."""
    global _shown
    if _shown:
        _shown = False
        os.write(2, _CLEAR)
