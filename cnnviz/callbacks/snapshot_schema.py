"""What a folder of snapshots holds: the facts that all have in common, and one snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cnnviz.attribution.result import Provenance

from .snapshot_limits import KeptFilters, KeptMaps

#: The shape of each array by its name; None for an extent that is not known.
Shapes = Mapping[str, tuple[int | None, ...]]


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

    def shapes(self, images: int, classes: int) -> Shapes:
        """Return the shapes of a snapshot's arrays."""
        shapes: dict[str, tuple[int | None, ...]] = {"answers": (images, classes)}
        shapes |= {f"filters{i}": (*one.kept, one.inputs, one.filters) for i, one in enumerate(self.filters)}
        shapes |= {f"maps{i}": (images, *one.kept, one.channels) for i, one in enumerate(self.maps)}
        return shapes if self.how is None else shapes | {"heat": (images, None, None)}


@dataclass(frozen=True)
class SnapshotTime:
    """When a snapshot was taken, in epochs since the start, with the epoch's running loss and accuracy, if known."""

    epoch: float
    figures: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One snapshot: its time, and its arrays by name (see ``SnapshotFacts.shapes``)."""

    time: SnapshotTime
    arrays: Mapping[str, np.ndarray]

    @property
    def finite(self) -> bool:
        """Whether no array holds NaN or infinity."""
        return all(bool(np.isfinite(array).all()) for array in self.arrays.values())

    def fits(self, shapes: Shapes) -> bool:
        """Return whether the snapshot has exactly the arrays of these shapes."""
        return shapes.keys() == self.arrays.keys() and all(
            array.dtype.kind == "f"
            and array.ndim == len(shapes[name])
            and all(wanted in (None, extent) for wanted, extent in zip(shapes[name], array.shape, strict=True))
            for name, array in self.arrays.items()
        )
