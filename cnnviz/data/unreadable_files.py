"""Picture files that cannot be read: all that are among others are told at once, so that they are mended in one go."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from cnnviz.core.errors import DataError

from .paths import shown

#: How many files one message names.
MOST_NAMED = 8


class Fault(NamedTuple):
    """Why a file cannot be read, in a few words, and as a message that says what to do."""

    why: str
    message: str


class UnreadableError(DataError):
    """One picture file cannot be read; ``fault`` says so without the traceback, which would keep its pixels."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.fault = Fault(why, message)


def told(faults: Mapping[Path, Fault], paths: Sequence[Path]) -> str:
    """Say which of these files cannot be read, in their order, the first few by name."""
    asked = list(dict.fromkeys(paths))
    faulty = [path for path in asked if path in faults]
    if len(asked) == 1:
        return faults[faulty[0]].message
    if len(faulty) == 1:
        return f"1 of {len(asked):,} pictures cannot be read: {faults[faulty[0]].message} or leave it out"
    folder = _common(asked)
    short = [path.relative_to(folder) if folder != Path() else path for path in faulty[:MOST_NAMED]]
    names = [f"{shown(name)} ({faults[path].why})" for name, path in zip(short, faulty, strict=False)]
    rest = len(faulty) - len(names)
    listed = ", ".join(names) + (f" and {rest:,} more" if rest else "")
    where = "" if folder == Path() else f" in {shown(folder)}"
    return f"{len(faulty):,} of {len(asked):,} pictures{where} cannot be read: {listed}; mend or remove them"


def _common(paths: Sequence[Path]) -> Path:
    """Return the folder that all files lie in, at any depth; the empty path where there is none to be named."""
    try:
        return Path(os.path.commonpath([path.parent for path in paths]))
    except ValueError:  # some are absolute and some are not, or they lie on several drives
        return Path()
