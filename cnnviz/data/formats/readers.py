"""The table of readers: one line per file format that image sets are opened from.

A new format is one module and one line in READERS; docs/write-a-reader.md shows both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from ..paths import system_errors
from .file_head import START_BYTES, FileHead

if TYPE_CHECKING:
    from ..image_list import ImageList
    from ..images import Images
    from ..input_spec import InputSpec


class ReaderModule(Protocol):
    """The functions of a module that reads one format."""

    #: Endings of the names of its files, lower case; () where names have none in common.
    SUFFIXES: tuple[str, ...]

    def recognizes(self, file: FileHead) -> bool:
        """Return whether a file is of this format, by its name or its first bytes."""

    def open_file(
        self,
        path: Path,
        split: str | None = None,
        class_names: Sequence[str] | None = None,
        **asked: InputSpec | int | None,
    ) -> Images | ImageList:
        """Return the images of a file, or a list of image files; DataError, in one line, if it cannot be read.

        ``split`` is "train" or "test" or None; only a reader with ``splits`` is given one. Only a reader of ``arrays``
        is given ``like``, the input of a model or None, and only one that is ``limited`` is given ``limit``, the most
        images to return, the first ones; it reads no others into memory.
        """

    def file_splits(self, path: Path) -> tuple[str, ...]:
        """Return ("train", "test") for a file that holds both, else ("",); called only for a reader with ``splits``."""


@dataclass(frozen=True)
class Reader:
    """A file format that image sets are opened from.

    ``words`` are the format's names in help texts and messages, such as "CSV". ``module`` holds the code (see
    ReaderModule): a full module name, or one that begins with a dot, for a module in this folder. It is imported when a
    file is opened, so that listing the formats loads no NumPy. ``labels`` says that files hold labels beside the
    images, ``splits`` that one file may hold a train and a test part, ``arrays`` that it holds arrays whose axes the
    input of a model may explain, ``limited`` that the first images can be read without the others.
    """

    name: str
    words: str
    module: str
    labels: bool = False
    splits: bool = False
    arrays: bool = False
    limited: bool = False

    @property
    def code(self) -> ReaderModule:
        """The module that reads this format, imported when first needed."""
        return cast(ReaderModule, import_module(self.module, __package__))

    def recognizes(self, file: FileHead) -> bool:
        """Return whether a file is of this format, by its name or its first bytes."""
        return self.code.recognizes(file)

    def open(
        self,
        path: Path,
        split: str | None,
        class_names: Sequence[str] | None,
        like: InputSpec | None = None,
        limit: int | None = None,
    ) -> Images | ImageList:
        """Return the images of a file, or a list of image files; DataError, in one line, if it cannot be read.

        Of a reader that is not ``limited`` there may be more than ``limit``.
        """
        asked: dict[str, InputSpec | int | None] = {}
        if self.arrays:
            asked["like"] = like
        if self.limited:
            asked["limit"] = limit
        return self.code.open_file(path, split, class_names, **asked)


#: Every reader. The first one that recognizes a file opens it.
READERS = [
    Reader("image", "PNG, JPEG, WebP, BMP, GIF, TIFF, AVIF, HEIC, DICOM", ".image_file"),
    Reader("npz", "NPZ", ".npz", labels=True, splits=True, arrays=True, limited=True),
    Reader("npy", "NPY", ".npy", arrays=True, limited=True),
    Reader("csv", "CSV", ".csv_table", labels=True, limited=True),
    Reader("idx", "IDX", ".idx_sets", labels=True, limited=True),
]


def find_reader(path: Path) -> Reader | None:
    """Return the reader that recognizes a file, or None; DataError if the file cannot be read at all."""
    with system_errors(path), path.open("rb") as file:
        head = FileHead(path, file.read(START_BYTES))
    return next((reader for reader in READERS if reader.recognizes(head)), None)


def file_splits(path: Path) -> tuple[str, ...]:
    """Return ("train", "test") for a file that holds both, as found by its reader, else ("",)."""
    name = path.name.lower()
    reader = next((reader for reader in READERS if reader.splits and name.endswith(reader.code.SUFFIXES)), None)
    return ("",) if reader is None else reader.code.file_splits(path)


def file_suffixes() -> tuple[str, ...]:
    """Return the endings, in lower case, of the names of all files that have a reader."""
    return tuple(suffix for reader in READERS for suffix in reader.code.SUFFIXES)


def format_words(labels: bool = False) -> str:
    """Return the names of all formats for a help text or a message, or only of those that hold labels."""
    return ", ".join(reader.words for reader in READERS if reader.labels or not labels)
