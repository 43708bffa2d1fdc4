"""NumPy's .npy format: arrays checked before anything is allocated for them, and never unpickled."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from cnnviz.core.errors import DataError

from ..images import Images
from ..input_spec import InputSpec
from ..paths import one_line, shown, system_errors
from ..stored_images import stored_images
from .file_head import FileHead
from .limits import size_words
from .stored_array import StoredArray

SUFFIXES = (".npy",)

#: NumPy's letters for numeric types.
NUMBERS = "buif"


def recognizes(file: FileHead) -> bool:
    """Return whether a file's name ends in .npy or the file begins with NumPy's signature."""
    return file.name.endswith(SUFFIXES) or file.start.startswith(b"\x93NUMPY")


def open_file(
    path: Path,
    split: str | None = None,
    class_names: Sequence[str] | None = None,
    like: InputSpec | None = None,
    limit: int | None = None,
) -> Images:
    """Return the images of an .npy file, without labels; errors are those of stored_npy and as_images.

    ``limit`` is the most images, the first ones. It has no splits: ``split`` is not used.
    """
    with system_errors(path):
        return stored_images(stored_file(path), None, str(path), class_names, limit, like)


def stored_file(path: Path) -> StoredArray:
    """Return the array in an .npy file; DataError for any other file, OSError for one that cannot be read."""

    @contextmanager
    def opened() -> Iterator[BinaryIO]:
        with path.open("rb") as file:
            yield file

    return stored_npy(opened, path.stat().st_size, shown(path), path)


def stored_npy(
    opened: Callable[[], AbstractContextManager[BinaryIO]],
    size: int,
    where: str,
    plain: Path | None = None,
    kinds: str = NUMBERS,
) -> StoredArray:
    """Return the array in an .npy file that is said to be ``size`` bytes long; ``where`` names it in messages.

    ``opened`` opens it, ``plain`` is its path if it is a file of its own, and ``kinds`` are NumPy's letters for the
    types allowed. DataError for any other type, and for a header that does not agree with the length.
    """
    with opened() as file:
        shape, columns_first, kind = _read_header(file, where)
        start = file.tell()
    if kind.hasobject:
        raise DataError(f"{where} holds Python objects, which are never loaded; save it as an array of numbers")
    if kind.kind not in kinds or any(extent < 0 for extent in shape):
        raise DataError(f"{where} holds {one_line(kind)} of shape {shape}; images and labels are numbers")

    @contextmanager
    def at_numbers() -> Iterator[BinaryIO]:
        with opened() as file:
            file.read(start)
            yield file

    place = None if plain is None else (plain, start)
    found = StoredArray(where, kind, shape, at_numbers, columns_first and len(shape) > 1, place)
    # A header takes 64 KiB at most.
    if not found.bytes <= size <= found.bytes + 2**16 + 12:
        raise DataError(
            f"{where} is damaged: its header promises {size_words(found.bytes)} but it has {size_words(size)}"
        )
    if found.bytes != size - start:
        raise DataError(f"{where} is damaged: its header promises {size_words(found.bytes)}, but other data follow")
    return found


def _read_header(file: BinaryIO, where: str) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Return shape, whether the first axis varies fastest, and type; DataError for what is no such header."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # headers written by Python 2
            version = np.lib.format.read_magic(file)
            read_header = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }.get(version)
            if read_header is None:
                raise DataError(f"{where} is of an unknown version {version} of NumPy's format; save it again")
            return read_header(file)
    except (DataError, OSError):
        raise
    except Exception as error:  # NumPy parses the header as Python source, which can raise almost anything
        raise DataError(f"{where} is not a NumPy array, or damaged ({one_line(error)})") from error
