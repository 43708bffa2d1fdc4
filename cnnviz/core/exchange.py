"""Exchange of two paths in one step of the file system, so that neither is ever missing."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux
_SWAP = 2  # RENAME_SWAP of macOS


def exchange(a: Path, b: Path) -> bool:
    """Exchange two paths on one file system; False where the system or the file system has no such step."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        first, second = os.fsencode(a), os.fsencode(b)
        if sys.platform == "darwin":
            return bool(library.renamex_np(first, second, _SWAP) == 0)
        return bool(library.renameat2(_HERE, first, _HERE, second, _EXCHANGE) == 0)
    except (AttributeError, OSError, TypeError):
        return False
