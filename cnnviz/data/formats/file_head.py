"""The name and the first bytes of a file, by which readers recognize it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

#: Bytes that a file is recognized by; DICOM says what it is behind a preamble of 128 bytes.
START_BYTES = 132


@dataclass(frozen=True)
class FileHead:
    """A file's ``path`` and its first bytes, ``start``: at most START_BYTES, fewer in a shorter file."""

    path: Path
    start: bytes

    @property
    def name(self) -> str:
        """The file's name in lower case."""
        return self.path.name.lower()

    @cached_property
    def unpacked(self) -> bytes:
        """The first bytes of the content: those after unpacking where the file is packed with gzip.

        DataError if the packing is damaged.
        """
        from .gzipped import open_unpacked

        with open_unpacked(self.path) as file:
            return file.read(START_BYTES)
