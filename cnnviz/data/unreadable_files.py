"""Image files that cannot be read, all reported in one message."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from cnnviz.core.errors import DataError

from .paths import shown

#: The most files that one message names.
MOST_NAMED = 8


class Fault(NamedTuple):
    """Why a file cannot be read: ``why`` in a few words, ``message`` in one line that says what to do."""

    why: str
    message: str


class UnreadableError(DataError):
    """An image file cannot be read; ``fault`` is the reason, without a traceback that keeps pixels in memory."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.fault = Fault(why, message)


def describe_faults(faults: Mapping[Path, Fault], paths: Sequence[Path]) -> str:
    """Return one line on which of these files cannot be read, in their order, the first eight by name."""
    asked = list(dict.fromkeys(paths))
    faulty = [path for path in asked if path in faults]
    if len(asked) == 1:
        return faults[faulty[0]].message
    if len(faulty) == 1:
        return f"1 of {len(asked):,} images cannot be read: {faults[faulty[0]].message} or leave it out"
    folder = _common(asked)
    short = [path.relative_to(folder) if folder != Path() else path for path in faulty[:MOST_NAMED]]
    names = [f"{shown(name)} ({faults[path].why})" for name, path in zip(short, faulty, strict=False)]
    rest = len(faulty) - len(names)
    listed = ", ".join(names) + (f" and {rest:,} more" if rest else "")
    where = "" if folder == Path() else f" in {shown(folder)}"
    return f"{len(faulty):,} of {len(asked):,} images{where} cannot be read: {listed}; repair or remove them"


def _common(paths: Sequence[Path]) -> Path:
    """Return the deepest folder that contains all files, or the empty path if there is none."""
    try:
        return Path(os.path.commonpath([path.parent for path in paths]))
    except ValueError:  # some are absolute and some are not, or they lie on several drives
        return Path()
