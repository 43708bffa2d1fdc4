"""Files that may be packed with gzip, unpacked no further than they are read."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import BadGzipFile, GzipFile
from pathlib import Path
from typing import BinaryIO, cast

from cnnviz.core.errors import DataError

from ..paths import one_line, shown, system_errors

_GZIP = b"\x1f\x8b"


def is_packed(path: Path) -> bool:
    """Whether a file is packed: gzip is known by its first two bytes, not by the name; DataError if it is not read."""
    with system_errors(path), path.open("rb") as file:
        return file.read(2) == _GZIP


@contextmanager
def open_unpacked(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading its unpacked bytes.

    DataError for a file that cannot be read or is damaged, also while reading inside the ``with``.
    """
    with system_errors(path):
        try:
            with path.open("rb") as file:
                packed = file.read(2) == _GZIP
                file.seek(0)
                if packed:
                    with GzipFile(fileobj=file) as unpacked:
                        yield cast(BinaryIO, unpacked)
                else:
                    yield file
        except (BadGzipFile, zlib.error, EOFError) as error:
            why = one_line(error)
            raise DataError(f"{shown(path)} is damaged or cut short ({why}); download or create it again") from error
