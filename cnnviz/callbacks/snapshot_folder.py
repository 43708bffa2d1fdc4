"""The files of a training's snapshots, written atomically: one common file and one per snapshot."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.declared_arrays import check_declared
from cnnviz.core.errors import DataError
from cnnviz.core.files import write_bytes
from cnnviz.core.json_document import read_json
from cnnviz.core.packing import from_plain
from cnnviz.core.reading import reading
from cnnviz.data.formats.npz import read_arrays
from cnnviz.features.predictions import Predictions
from cnnviz.features.result_file import no_result, read_result, write_parts

from .snapshot_schema import Frame, Snapshot, SnapshotFacts, SnapshotTime

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

    def write(self, number: int, snapshot: Snapshot) -> None:
        """Write one snapshot."""
        text = np.frombuffer(json.dumps(asdict(snapshot.time)).encode(), np.uint8)
        held = io.BytesIO()
        np.savez_compressed(held, about=text, **snapshot.arrays)  # type: ignore[arg-type]
        write_bytes(self._file(number), held.getvalue())

    def read(self, number: int, frame: Frame | None = None) -> Snapshot:
        """Return one snapshot; DataError if it cannot be read, or if its arrays are not these."""
        path = self._file(number)
        with reading(path, f"{path} cannot be read; delete it to skip this snapshot"):
            arrays = read_arrays(path)
            time = from_plain(SnapshotTime, read_json(arrays.pop("about").tobytes()))
            found = Snapshot(time, arrays)
            if frame is not None and not found.fits(frame):
                raise DataError(f"{path} is not of this training; delete it to skip this snapshot")
            return found

    def about(self) -> tuple[Predictions, SnapshotFacts]:
        """Return the images with the model's card, and the facts; DataError if there are none."""
        if not (self.path / ABOUT).is_file():
            raise DataError(
                f"{self.path} has no snapshots; give a run folder of cnnviz train, or the folder of "
                "cnnviz.callbacks.Snapshots"
            )
        base, _, facts = read_result(self.path / ABOUT, KIND)
        with reading(self.path / ABOUT, no_result(self.path / ABOUT, KIND)):
            said = Predictions(*base)
            check_declared(said, self.path / ABOUT)
            return said, from_plain(SnapshotFacts, facts)

    def write_curves(self, rows: Sequence[Mapping[str, float]]) -> None:
        """Write the metrics of each epoch."""
        write_bytes(self.path / CURVES, (json.dumps(list(rows), indent=1) + "\n").encode())

    def curves(self) -> list[dict[str, float]]:
        """Return the metrics of each epoch, if there are any."""
        path = self.path / CURVES
        if not path.exists():
            return []
        with reading(path, f"{path} cannot be read; delete it to skip the curves"):
            rows = read_json(path.read_text(encoding="utf-8"))
            return list(from_plain(tuple[dict[str, float], ...], rows))

    def _file(self, number: int) -> Path:
        return self.path / f"snapshot-{number:09d}.npz"
