"""What is made as large as can be: a channel's mean, its highest or its middle value, a neuron, a class's logit."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.models.import_tensorflow import tensorflow

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Which cells of a channel's map count.
Cell = Literal["mean", "peak", "centre"]
CELLS = ("mean", "peak", "centre")


@dataclass(frozen=True)
class Objective:
    """The units of one layer and what of each of their maps counts; ``path`` None stands for the logits.

    ``shape`` is the layer's, (h, w, channels) or that of its units.
    """

    path: str | None
    shape: tuple[int, ...]
    cell: str = "mean"

    @property
    def spatial(self) -> bool:
        """Whether a unit is a channel with a map."""
        return len(self.shape) == 3

    @property
    def units(self) -> int:
        """How many there are."""
        return self.shape[2] if self.spatial else prod(self.shape)

    @property
    def words(self) -> str:
        """What is measured, as a caption says it."""
        if self.path is None:
            return "logit"
        return (
            {"mean": "mean of the map", "peak": "highest value of the map", "centre": "value of the middle cell"}[
                self.cell
            ]
            if self.spatial and self.shape[0] * self.shape[1] > 1
            else "activation"
        )

    def of_tensor(self, values: Any, units: Any) -> Any:
        """Return what counts, (n,), of the layer's output (n, *shape), for one unit each, int32 (n,)."""
        tf = tensorflow()
        maps = tf.reshape(tf.cast(values, tf.float32), (-1, prod(self.shape) // self.units, self.units))
        # A product with a one, whose way back is a product too, and not a search for the place.
        return self._counted(tf.linalg.matvec(maps, tf.one_hot(units, self.units)), tf)

    def of_maps(self, maps: Any) -> Any:
        """Return what counts, (n,), of one map each, a tensor (n, cells)."""
        return self._counted(maps, tensorflow())

    def _counted(self, cells: Any, tf: Any) -> Any:
        if self.cell == "mean":
            return tf.reduce_mean(cells, axis=1)
        return tf.reduce_max(cells, axis=1) if self.cell == "peak" else cells[:, self._middle]

    def of_array(self, values: np.ndarray) -> np.ndarray:
        """Return what counts for every unit, float32 (n, units), of the layer's output (n, *shape)."""
        maps = values.reshape(len(values), -1, self.units)
        if self.cell == "mean":
            return np.asarray(maps.mean(axis=1, dtype=np.float64), np.float32)
        return np.asarray(maps.max(axis=1) if self.cell == "peak" else maps[:, self._middle])

    @property
    def _middle(self) -> int:
        return (self.shape[0] // 2) * self.shape[1] + self.shape[1] // 2 if self.spatial else 0


def objective_of(probe: Probe, layer: str | None, cell: str) -> Objective:
    """Return what a layer's units are; None, and the layer that the head belongs to, are the class logits."""
    if cell not in CELLS:
        raise UnknownNameError("cell", cell, list(CELLS))
    head = probe.runner.head
    if layer is not None:
        info = probe.layer(layer)
        if info.path not in head.replace:
            if not prod(info.shape):
                raise UsageError(f"{info.path} has no units")
            return Objective(info.path, tuple(info.shape), cell)
    return Objective(None, (head.classes,))
