"""Files in memory: bytes, open files, and what Hugging Face and pandas hold of an image that is not decoded."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.core.temporary import scratch_folder

from ..dispatch import open_path
from ..formats.image_file import read_header, read_image
from ..formats.limits import MAX_SET_BYTES, size_words
from ..image_files import read_images
from ..image_list import ImageList
from ..images import Images
from ..missing_values import MissingPixels
from ..unreadable_files import UnreadableError
from .request import Request

WHERE = "the file in memory"


def recognizes(source: Any) -> bool:
    """Return whether an object is the content of a file, or can be read as one."""
    return is_content(source)


def is_content(value: Any) -> bool:
    """Return whether a value is a file's bytes, an open file, or what a table holds: {"bytes": …, "path": …}."""
    if isinstance(value, Mapping):
        return set(value) == {"bytes", "path"}
    return isinstance(value, bytes | bytearray) or all(
        callable(getattr(value, name, None)) for name in ("read", "seek")
    )


def open_object(source: Any, request: Request) -> Images:
    """Return the images of the file, in any format, told by its first bytes."""
    with _as_file(source) as path:
        found = open_path(path, request.class_names, like=request.like, limit=request.limit)
        if not isinstance(found, ImageList):
            return replace(found, source="file in memory")
        images = read_images(
            found.paths, WHERE, like=request.like, invert=request.invert, fit=request.fit, white=request.white
        )
        # The file is gone once it is read.
        return replace(images, source="file in memory", paths=())


def decoded(value: Any) -> np.ndarray:
    """Return the pixels (h, w, c) of one image file, upright and opaque, uint8 or uint16; DataError for another."""
    with _as_file(value) as path, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pixels, _ = read_image(path, read_header(path).color)
        except UnreadableError as error:
            raise DataError(str(error)) from error
    if pixels.dtype != np.uint8:
        pixels = np.rint(pixels * 257).astype(np.uint16)
    return pixels if pixels.ndim == 3 else pixels[..., None]


@contextmanager
def _as_file(source: Any) -> Iterator[Path]:
    """Yield a path of the content, which messages do not name."""
    if isinstance(source, Mapping):
        source = source["bytes"] if source["bytes"] is not None else Path(str(source["path"]))
    if isinstance(source, Path):
        yield source
        return
    content = source if isinstance(source, bytes | bytearray) else source.read(MAX_SET_BYTES + 1)
    if not isinstance(content, bytes | bytearray):
        raise DataError("the file is open as text; open it with mode 'rb'")
    if not content:
        raise DataError("the file in memory is empty, or was read before; rewind it with seek(0)")
    if len(content) > MAX_SET_BYTES:
        raise DataError(f"the file in memory has more than {size_words(MAX_SET_BYTES)}; give its path")
    with scratch_folder() as folder:
        path = folder / "file"
        path.write_bytes(content)
        try:
            yield path
        except MissingPixels:
            raise
        except DataError as error:
            raise DataError(str(error).replace(str(path), WHERE)) from error
