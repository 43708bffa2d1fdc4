"""IDX files, the format of MNIST and Fashion-MNIST, packed with gzip or plain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from cnnviz.core.errors import DataError

from ..paths import shown
from .gzipped import is_packed, open_unpacked
from .limits import MAX_DEFLATE_RATIO, size_words
from .stored_array import StoredArray

_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def stored_idx(path: Path, axes: tuple[int, ...] = (1, 2, 3, 4)) -> StoredArray:
    """Return the array in an IDX file, packed with gzip or not; ``axes`` are the numbers of axes that it may have.

    DataError if the header is not IDX or does not match the file's length, so far as that is known.
    """
    with open_unpacked(path) as file:
        kind, shape = _read_header(path, file)
        start = file.tell()
    if len(shape) not in axes:
        wanted = " or ".join(map(str, axes))
        raise DataError(f"{shown(path)} holds an array of {len(shape)} axes where {wanted} were expected")

    @contextmanager
    def opened() -> Iterator[BinaryIO]:
        with open_unpacked(path) as file:
            file.read(start)
            yield file

    plain = None if is_packed(path) else (path, start)
    found = StoredArray(shown(path), kind, shape, opened, plain=plain)
    on_disk = path.stat().st_size
    if found.bytes > on_disk * MAX_DEFLATE_RATIO:
        raise DataError(
            f"{shown(path)} is damaged: its header promises {size_words(found.bytes)} but the whole file has "
            f"{size_words(on_disk)}"
        )
    return found


def read_idx(path: Path, axes: tuple[int, ...] = (1, 2, 3, 4)) -> np.ndarray:
    """Return the array in an IDX file whole; see stored_idx.

    Nothing is allocated before the header has been checked, and at most one byte is read beyond what it promises.
    """
    return stored_idx(path, axes).whole()


def is_idx_magic(start: bytes) -> bool:
    """Return whether a file's first bytes may be IDX: two zero bytes, a known type, one to four axes."""
    return len(start) >= 4 and start[:2] == b"\0\0" and start[2] in _TYPES and 1 <= start[3] <= 4


def _read_header(path: Path, file: BinaryIO) -> tuple[np.dtype, tuple[int, ...]]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise DataError(f"{shown(path)} is not an IDX file: it does not begin with two zero bytes")
    if magic[2] not in _TYPES:
        raise DataError(f"{shown(path)} is not a readable IDX file: unknown type code 0x{magic[2]:02x}")
    if not 1 <= magic[3] <= 4:
        raise DataError(f"{shown(path)} is not an IDX file of images or labels: it has {magic[3]} axes")
    sizes = file.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise DataError(f"{shown(path)} is damaged: it ends inside its header")
    return np.dtype(_TYPES[magic[2]]), tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
