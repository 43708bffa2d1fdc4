"""The files of a training's snapshots, written atomically: one common file and one per snapshot."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.core.files import write_bytes
from cnnviz.features.predictions import Predictions
from cnnviz.features.result_file import read_result, write_parts

#: The folder's name in a run folder.
NAME = "snapshots"
ABOUT, CURVES = "about.npz", "curves.json"
KIND = "snapshots"
_FRAME = re.compile(r"snapshot-(\d{9})\.npz")


class SnapshotFolder:
    """Snapshots by number, the steps or epochs done."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def numbers(self) -> list[int]:
        """The numbers of the existing snapshots, ascending."""
        if not self.path.is_dir():
            return []
        return sorted(int(found[1]) for file in self.path.iterdir() if (found := _FRAME.fullmatch(file.name)))

    def begin(self, said: Predictions, facts: Mapping[str, Any], done: int) -> None:
        """Write the common file, and delete snapshots after ``done``, which will be taken again.

        Nothing else in the folder is touched.
        """
        write_parts(iter([(said, {}, facts)]), KIND, len(said), self.path / ABOUT)
        for number in self.numbers:
            if number > done:
                self._file(number).unlink(missing_ok=True)

    def write(self, number: int, about: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Write one snapshot; ``about`` are JSON-ready values."""
        text = np.frombuffer(json.dumps(about).encode(), np.uint8)
        held = io.BytesIO()
        np.savez_compressed(held, about=text, **arrays)  # type: ignore[arg-type]
        write_bytes(self._file(number), held.getvalue())

    def read(self, number: int) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Return one snapshot; DataError if it cannot be read."""
        try:
            with np.load(self._file(number), allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            return json.loads(arrays.pop("about").tobytes()), arrays
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(f"{self._file(number)} cannot be read; delete it to skip this snapshot") from error

    def about(self) -> tuple[Predictions, Mapping[str, Any]]:
        """Return the images with the model's card, and the facts; DataError if there are none."""
        if not (self.path / ABOUT).is_file():
            raise DataError(
                f"{self.path} has no snapshots; give a run folder of cnnviz train, or the folder of "
                "cnnviz.callbacks.Snapshots"
            )
        base, _, facts = read_result(self.path / ABOUT, KIND)
        return Predictions(*base), facts

    def write_curves(self, rows: Sequence[Mapping[str, float]]) -> None:
        """Write the metrics of each epoch."""
        write_bytes(self.path / CURVES, (json.dumps(list(rows), indent=1) + "\n").encode())

    def curves(self) -> list[dict[str, float]]:
        """Return the metrics of each epoch, if there are any."""
        try:
            rows = json.loads((self.path / CURVES).read_text(encoding="utf-8"))
            return [{str(key): value for key, value in row.items()} for row in rows]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise DataError(f"{self.path / CURVES} cannot be read; delete it to skip the curves") from error

    def _file(self, number: int) -> Path:
        return self.path / f"snapshot-{number:09d}.npz"
