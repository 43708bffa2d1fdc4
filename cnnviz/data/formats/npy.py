"""NumPy's .npy format: arrays checked before anything is allocated for them, and never unpickled."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from cnnviz.core.errors import DataError

from ..arrays import as_images
from ..images import Images
from ..input_spec import InputSpec
from ..paths import one_line, shown, system_errors
from .file_head import FileHead
from .limits import MAX_SET_BYTES, size_words

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
) -> Images:
    """Return the images of an .npy file, without labels; errors are those of read_npy and as_images.

    It has no splits: ``split`` is not used.
    """
    with system_errors(path), path.open("rb") as file:
        array = read_npy(file, path.stat().st_size, shown(path))
    return as_images(array, None, str(path), class_names, like)


def read_npy(file: BinaryIO, size: int, where: str, kinds: str = NUMBERS) -> np.ndarray:
    """Return the array in an open .npy file that is said to be ``size`` bytes long; ``where`` names it in messages.

    ``kinds`` are NumPy's letters for the types allowed. DataError for any other type, and for a header that does not
    agree with the length.
    """
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
            shape, columns_first, kind = read_header(file)
    except DataError:
        raise
    except Exception as error:  # NumPy parses the header as Python source, which can raise almost anything
        raise DataError(f"{where} is not a NumPy array, or damaged ({one_line(error)})") from error
    if kind.hasobject:
        raise DataError(f"{where} holds Python objects, which are never loaded; save it as an array of numbers")
    if kind.kind not in kinds or any(extent < 0 for extent in shape):
        raise DataError(f"{where} holds {one_line(kind)} of shape {shape}; images and labels are numbers")
    expected = math.prod(shape) * kind.itemsize
    # NumPy does not report the header's length; it is at most 64 KiB, so this bounds the next read.
    if not expected <= size <= expected + 2**16 + 12:
        raise DataError(f"{where} is damaged: its header promises {size_words(expected)} but it has {size_words(size)}")
    if expected > MAX_SET_BYTES:
        raise DataError(f"{where} takes {size_words(expected)}, more than the {size_words(MAX_SET_BYTES)} allowed")
    content = file.read(expected + 1)
    if len(content) != expected:
        raise DataError(f"{where} is damaged: its header promises {size_words(expected)}, but other data follow")
    array = np.frombuffer(content, kind).reshape(shape, order="F" if columns_first else "C")
    # ascontiguousarray makes a row of a single number.
    return np.ascontiguousarray(array, kind.newbyteorder("=")).reshape(shape)
