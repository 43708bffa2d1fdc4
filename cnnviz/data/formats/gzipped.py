"""Read a file, packed with gzip or plain, without ever taking in more than was asked for."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import BadGzipFile, GzipFile
from pathlib import Path
from typing import BinaryIO, cast

from cnnviz.core.errors import DataError

from ..paths import shown


@contextmanager
def open_unpacked(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading its unpacked bytes; gzip is known by its first two bytes, not by the name.

    Whatever the system or the packing refuses, here or while reading inside the ``with``, becomes DataError.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if packed:
                with GzipFile(fileobj=file) as unpacked:
                    yield cast(BinaryIO, unpacked)
            else:
                yield file
    except (BadGzipFile, zlib.error, EOFError) as error:
        raise DataError(f"{shown(path)} is damaged or cut short ({one_line(error)}); fetch or make it again") from error
    except OSError as error:
        raise DataError(f"cannot read {shown(path)}: {one_line(error.strerror or error)}") from error


def one_line(error: object) -> str:
    """Return an error's text on one line, its first letter small, short enough to stand in a message."""
    text = " ".join(shown(error).split()) or type(error).__name__
    return (text[:1].lower() + text[1:])[:160].rstrip(". ")
