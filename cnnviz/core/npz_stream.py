"""Arrays written batch by batch to one .npz file."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from .files import atomic_path
from .temporary import delete, temporary_folder


@contextmanager
def spool_to(path: Path, count: int, force: bool = True) -> Iterator[Spool]:
    """Yield a Spool for arrays of ``count`` rows, and pack it into ``path`` on success.

    Arrays grow in temporary files beside the target, so memory is bounded by a batch, and an interruption leaves
    nothing behind.
    """
    with atomic_path(path, force) as temporary:
        folder = temporary_folder(temporary.parent)
        try:
            with Spool(folder, count) as spool:
                yield spool
            spool.pack(temporary)
        finally:
            delete(folder)


class Spool:
    """One growing .npy file per array."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder, self._count = folder, count
        self._files: dict[str, tuple[Path, IO[bytes]]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def append(self, arrays: Mapping[str, np.ndarray], count: int | None = None) -> None:
        """Append rows to each array; ``count`` is their final number of rows."""
        for name, array in arrays.items():
            if name not in self._files:
                place = self._folder / f"{len(self._files)}.npy"
                file = self._stack.enter_context(place.open("wb"))
                _write_header(file, array.dtype, (self._count if count is None else count, *array.shape[1:]))
                self._files[name] = place, file
            # Plain writes and no memory map, whose pages would count as the process's memory.
            self._files[name][1].write(np.ascontiguousarray(array).data)

    def append_whole(self, name: str, array: np.ndarray) -> None:
        """Add a complete array."""
        place = self._folder / f"{len(self._files)}.npy"
        with place.open("wb") as file:
            np.save(file, array, allow_pickle=False)
            self._files[name] = place, file

    def pack(self, target: Path) -> None:
        """Write one .npz file and delete the temporary arrays."""
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            for name, (place, _) in self._files.items():
                # A fixed date keeps the bytes the same from run to run.
                entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
                with place.open("rb") as source, archive.open(entry, "w", force_zip64=True) as sink:
                    shutil.copyfileobj(source, sink, 1 << 20)
                place.unlink()


def _write_header(file: IO[bytes], dtype: np.dtype, shape: tuple[int, ...]) -> None:
    header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
