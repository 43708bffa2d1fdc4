"""An array in a file, of which as much is read as is asked for."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.core.free_memory import address_space_left

from ..portions import PORTION_BYTES, rows_of
from . import limits
from .limits import WITH_LIMIT, size_words


@dataclass(frozen=True, eq=False)
class StoredArray:
    """An array in a file: its ``shape``, and the type of number as it is stored.

    ``opened`` opens the file where the array's first byte is; ``plain`` is the path and the place of that byte if the
    bytes are in the file as they are, not packed. With ``columns_first`` the first axis varies fastest. ``where`` names
    the array in messages.
    """

    where: str
    stored: np.dtype
    shape: tuple[int, ...]
    opened: Callable[[], AbstractContextManager[BinaryIO]]
    columns_first: bool = False
    plain: tuple[Path, int] | None = None

    @property
    def kind(self) -> np.dtype:
        """The type of number in this machine's order of bytes."""
        return self.stored.newbyteorder("=")

    @property
    def bytes(self) -> int:
        """The bytes that the array takes."""
        return math.prod(self.shape) * self.stored.itemsize

    def whole(self) -> np.ndarray:
        """Return the array: in memory, or, if it is large, as it lies on disk, read when it is used.

        DataError for one that is longer or shorter than its header says, or takes more than MAX_SET_BYTES.
        """
        if self.bytes > limits.MAX_SET_BYTES:
            raise self._too_large(f"the {size_words(limits.MAX_SET_BYTES)} allowed")
        if self.bytes <= limits.MOST_READ:
            with self.opened() as file:
                content = file.read(self.bytes + 1)
            self._check_length(len(content))
            array = np.frombuffer(content, self.stored)
        else:
            array = self._mapped()
        array = array.reshape(self.shape, order="F" if self.columns_first else "C")
        if self.stored != self.kind or not array.flags.c_contiguous:
            most, bound = limits.most_bytes()
            if self.bytes > most:
                raise self._too_large(bound)
        # ascontiguousarray makes a row of a single number.
        return np.ascontiguousarray(array, self.kind).reshape(self.shape)

    def first(self, count: int) -> np.ndarray:
        """Return the first rows; no byte after them is read, unless the first axis varies fastest."""
        if self.columns_first:
            return np.array(self.whole()[:count])
        found = [part[: count - start] for start, part in self._numbered(count)]
        return np.concatenate(found) if found else np.empty((0, *self.shape[1:]), self.kind)

    def portions(self) -> Iterator[np.ndarray]:
        """Yield the whole array, some rows at a time."""
        if self.columns_first:
            array = self.whole()
            step = rows_of(self.shape, self.stored.itemsize)
            yield from (array[start : start + step] for start in range(0, len(array), step))
        else:
            yield from (part for _, part in self._numbered(self.shape[0]))

    def _numbered(self, count: int) -> Iterator[tuple[int, np.ndarray]]:
        """Yield portions with the number of their first row, until there are ``count`` rows."""
        step = min(count, rows_of(self.shape, self.stored.itemsize))
        row_bytes = self.bytes // self.shape[0] if self.shape[0] else 0
        with self.opened() as file:
            for start in range(0, count, max(1, step)):
                rows = min(step, count - start)
                # Reading one byte more detects a longer file, and makes gzip verify the checksum at the end.
                last = start + rows == self.shape[0]
                content = file.read(rows * row_bytes + last)
                if len(content) != rows * row_bytes:
                    self._check_length(start * row_bytes + len(content))
                yield start, np.frombuffer(content, self.stored).reshape(rows, *self.shape[1:]).astype(self.kind)

    def _mapped(self) -> np.ndarray:
        """Return the numbers of a large array in a row, mapped into memory from the file, or from an unpacked copy."""
        left = address_space_left()
        if left is not None and self.bytes > left:
            raise self._too_large(f"the {size_words(left)} that this process may still address")
        with self.opened() as file:
            if self.plain is not None:
                path, start = self.plain
                self._check_length(path.stat().st_size - start)
                return self._map(path, start)
            # It has no name, and is gone with the array.
            with tempfile.TemporaryFile(prefix="cnnviz-") as copy:
                done = 0
                while part := file.read(min(PORTION_BYTES, self.bytes + 1 - done)):
                    copy.write(part)
                    done += len(part)
                self._check_length(done)
                copy.flush()
                return self._map(copy, 0)

    def _map(self, file: Path | BinaryIO, start: int) -> np.ndarray:
        return np.asarray(np.memmap(file, self.stored, "r", start, math.prod(self.shape)))

    def _check_length(self, found: int) -> None:
        if found != self.bytes:
            follow = "more" if found > self.bytes else f"only {size_words(found)}"
            raise DataError(
                f"{self.where} is damaged: its header promises {size_words(self.bytes)} and {follow} follow"
            )

    def _too_large(self, bound: str) -> DataError:
        return DataError(f"{self.where} takes {size_words(self.bytes)}, more than {bound}; take fewer, {WITH_LIMIT}")
