"""Paths: natural order, checks that never raise, and paths and read errors in messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cnnviz.core.errors import DataError
from cnnviz.core.printable import printable


def shown(path: object) -> str:
    """Return a path or a cell for a one-line message: unprintable characters escaped, 300 characters at most."""
    text = printable(path, plain=True)
    return text if len(text) <= 300 else f"{text[:150]}…{text[-149:]}"


def one_line(error: object) -> str:
    """Return an error's text for a one-line message: its first letter small, 160 characters at most."""
    text = shown(" ".join(str(error).split())) or type(error).__name__
    return (text[:1].lower() + text[1:])[:160].rstrip(". ")


@contextmanager
def system_errors(path: Path) -> Iterator[None]:
    """Turn an OSError raised while ``path`` is read, such as a refused permission, into DataError."""
    try:
        yield
    except OSError as error:
        raise DataError(f"cannot read {shown(path)}: {one_line(error.strerror or error)}") from error


def natural_key(name: str) -> tuple[object, ...]:
    """Return a sort key: "2.png" before "10.png", and case ignored except between otherwise equal names."""
    parts = re.split(r"([0-9]+)", name.casefold())
    # Odd elements hold the digits; a long number is slow to convert, so numbers are compared by length, then text.
    numbers = [(len(p.lstrip("0")), p.lstrip("0")) if i % 2 else p for i, p in enumerate(parts)]
    return tuple(numbers), name


def is_file(path: Path) -> bool:
    """Return whether a path is a regular file; False for names that the system cannot hold."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder; False for names that the system cannot hold."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def exists(path: Path) -> bool:
    """Return whether anything exists at a path; False for names that the system cannot hold."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
