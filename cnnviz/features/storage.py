"""Activations as one .npz file, also for sets that do not fit in memory.

Each layer is an array under its own path; what belongs to cnnviz is under names that begin with "cnnviz.".
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import numpy as np

from cnnviz.core.cards import LayerInfo, ModelCard
from cnnviz.core.errors import DataError
from cnnviz.core.files import atomic_path
from cnnviz.data.images import Images
from cnnviz.data.npz import read_member

from .activations import Activations

FORMAT = 1
_OWN = "cnnviz."


def save(result: Activations, path: Path, force: bool = True) -> Path:
    """Write one result to ``path``."""
    return save_stream(iter([result]), len(result), path, force)


def save_stream(parts: Iterator[Activations], count: int, path: Path, force: bool = True) -> Path:
    """Write results that come in batches, ``count`` pictures in all, to one .npz file, and return its path.

    Arrays grow in temporary files beside the target and are packed when all are complete, so memory is bounded by a
    batch, and an interruption leaves nothing behind.
    """
    with (
        atomic_path(path, force) as temporary,
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".cnnviz-") as folder,
    ):
        spool = _Spool(Path(folder), count)
        with spool:
            about: dict[str, Any] = {}
            names: list[str] = []
            for part in parts:
                about = about or _about(part)
                names.extend(part.images.names)
                spool.append(_arrays(part))
            about["names"] = names
        spool.append_whole("cnnviz.about", np.frombuffer(json.dumps(about).encode(), np.uint8))
        spool.pack(temporary)
    return path


class _Spool:
    """One growing .npy file an array."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder, self._count = folder, count
        self._files: dict[str, tuple[Path, IO[bytes]]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> _Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def append(self, arrays: Mapping[str, np.ndarray]) -> None:
        for name, array in arrays.items():
            if name not in self._files:
                place = self._folder / f"{len(self._files)}.npy"
                file = self._stack.enter_context(place.open("wb"))
                _write_header(file, array.dtype, (self._count, *array.shape[1:]))
                self._files[name] = place, file
            # Plain writes, not a memory map: mapped pages would count as the process's memory.
            self._files[name][1].write(np.ascontiguousarray(array).data)

    def append_whole(self, name: str, array: np.ndarray) -> None:
        place = self._folder / f"{len(self._files)}.npy"
        with place.open("wb") as file:
            np.save(file, array, allow_pickle=False)
            self._files[name] = place, file

    def pack(self, target: Path) -> None:
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


def _arrays(part: Activations) -> dict[str, np.ndarray]:
    arrays = dict(part.values)
    arrays["cnnviz.pixels"] = part.images.pixels
    arrays["cnnviz.probabilities"] = part.probabilities
    assert part.images.indices is not None
    arrays["cnnviz.indices"] = part.images.indices
    if part.images.labels is not None:
        arrays["cnnviz.labels"] = part.images.labels
    return arrays


def _about(part: Activations) -> dict[str, Any]:
    images = part.images
    return {
        "format": FORMAT,
        "model": asdict(part.model),
        "class_names": images.class_names,
        "source": images.source,
        "notes": images.notes,
        "peak": images.peak,
    }


def load(path: Path) -> Activations:
    """Read a file that ``save`` or ``save_stream`` wrote; DataError for one that is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = {
                member.filename.removesuffix(".npy"): read_member(archive, member, path)
                for member in archive.infolist()
            }
        about = json.loads(arrays.pop("cnnviz.about").tobytes())
        if about["format"] != FORMAT:
            raise DataError(f"{path} has format {about['format']}; this cnnviz reads format {FORMAT}")
        own = {name.removeprefix(_OWN): arrays.pop(name) for name in list(arrays) if name.startswith(_OWN)}
        images = Images(
            own["pixels"],
            own.get("labels"),
            tuple(about["class_names"]),
            about["source"],
            own["indices"],
            tuple(about["names"]),
            tuple(about["notes"]),
            about["peak"],
        )
        return Activations(images, _card(about["model"]), own["probabilities"], values=arrays)
    except FileNotFoundError as error:
        raise DataError(f"there is no file {path}") from error
    except (KeyError, ValueError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} holds no activations saved by cnnviz") from error


def _card(about: dict[str, Any]) -> ModelCard:
    layers = tuple(LayerInfo(**_tuples(layer)) for layer in about.pop("layers"))
    return ModelCard(layers=layers, **_tuples(about))


def _tuples(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Undo what JSON does to tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
