"""IDX files, the format of MNIST and Fashion-MNIST, packed with gzip or plain."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from cnnviz.core.errors import DataError

from .gzipped import open_unpacked
from .limits import MAX_DEFLATE_RATIO, check_set_size, size_words

_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: Path, dimensions: int | None = None) -> np.ndarray:
    """Return the array that an IDX file holds.

    ``dimensions`` is how many axes it must have (1 for labels, 3 for grey pictures). A header that is not IDX, or
    that does not match the length of the file, raises DataError before anything is allocated for it.
    """
    with open_unpacked(path) as file:
        kind, shape = _header(path, file.read(4), file.read)
        if dimensions is not None and len(shape) != dimensions:
            raise DataError(f"{path} holds an array of {len(shape)} axes where {dimensions} were expected")
        expected = math.prod(shape) * kind.itemsize
        on_disk = path.stat().st_size
        if expected > on_disk * MAX_DEFLATE_RATIO:
            raise DataError(
                f"{path} is damaged: its header promises {size_words(expected)} but the file has {size_words(on_disk)}"
            )
        check_set_size(str(path), shape[0], shape[1:], kind.itemsize)
        # One byte more than expected tells a longer file, and makes gzip check its checksum at the end.
        content = file.read(expected + 1)
    if len(content) != expected:
        found = "more" if len(content) > expected else size_words(len(content))
        raise DataError(f"{path} is damaged: its header promises {size_words(expected)} but {found} follow")
    array = np.frombuffer(content, kind).reshape(shape)
    return array if kind.itemsize == 1 else array.astype(kind.newbyteorder("="))


def looks_like_idx(path: Path) -> bool:
    """Tell whether a file begins as IDX does: two zero bytes, a known type, one to four axes."""
    try:
        with open_unpacked(path) as file:
            magic = file.read(4)
    except DataError:
        return False
    return len(magic) == 4 and magic[:2] == b"\0\0" and magic[2] in _TYPES and 1 <= magic[3] <= 4


def _header(path: Path, magic: bytes, read) -> tuple[np.dtype, tuple[int, ...]]:  # type: ignore[no-untyped-def]
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise DataError(f"{path} is not an IDX file: it does not begin with two zero bytes")
    if magic[2] not in _TYPES:
        raise DataError(f"{path} is not an IDX file that can be read: unknown type code 0x{magic[2]:02x}")
    if not 1 <= magic[3] <= 4:
        raise DataError(f"{path} is not an IDX file of pictures or labels: it has {magic[3]} axes")
    sizes = read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise DataError(f"{path} is damaged: it ends inside its header")
    return np.dtype(_TYPES[magic[2]]), tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
