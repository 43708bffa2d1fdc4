"""What a folder of snapshots holds: the facts that all have in common, and one snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cnnviz.attribution.result import Provenance
from cnnviz.core.declared_arrays import Declared, floats

from .snapshot_limits import KeptFilters, KeptMaps

#: What each array must be, by its name.
Frame = Mapping[str, Declared]


@dataclass(frozen=True)
class SnapshotFacts:
    """The facts of all snapshots of a training: what is stored, and in which ``unit`` they are numbered.

    ``followed`` is the class, label or output that is tracked for every image, None for each image's own class.
    """

    filters: tuple[KeptFilters, ...]
    maps: tuple[KeptMaps, ...]
    how: Provenance | None
    why_no_heatmaps: str
    unit: str = ""
    steps: int | None = None
    followed: int | None = None

    def frame(self, images: int, classes: int) -> Frame:
        """Return what the arrays of a snapshot must be."""
        frame = {"answers": floats(images, classes)}
        frame |= {f"filters{i}": floats(*one.kept, one.inputs, one.filters) for i, one in enumerate(self.filters)}
        frame |= {f"maps{i}": floats(images, *one.kept, one.channels) for i, one in enumerate(self.maps)}
        return frame if self.how is None else frame | {"heat": floats(images, "h", "w")}


@dataclass(frozen=True)
class SnapshotTime:
    """When a snapshot was taken, in epochs since the start, with the epoch's running loss and accuracy, if known."""

    epoch: float
    figures: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One snapshot: its time, and its arrays by name (see ``SnapshotFacts.frame``)."""

    time: SnapshotTime
    arrays: Mapping[str, np.ndarray]

    @property
    def finite(self) -> bool:
        """Whether no array holds NaN or infinity."""
        return all(bool(np.isfinite(array).all()) for array in self.arrays.values())

    def fits(self, frame: Frame) -> bool:
        """Return whether the snapshot has exactly these arrays; those of a training that diverged are not finite."""
        return frame.keys() == self.arrays.keys() and not any(
            frame[name].fault_of_kind(array, {}) for name, array in self.arrays.items()
        )
