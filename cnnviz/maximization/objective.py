"""Objectives: the mean, peak or center of a channel's map, a neuron, or a class logit."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cnnviz.core.class_scores import require_classes
from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.models.import_tensorflow import tensorflow

if TYPE_CHECKING:
    from cnnviz.models.find_layer import LayerLike
    from cnnviz.models.probe import Probe

#: The objectives on a channel's map.
Cell = Literal["mean", "peak", "center"]
CELLS = ("mean", "peak", "center")


@dataclass(frozen=True)
class Objective:
    """The units of one layer and the objective on their maps; ``path`` None means the logits.

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
        """The number of units."""
        return self.shape[2] if self.spatial else prod(self.shape)

    @property
    def words(self) -> str:
        """The objective as a caption."""
        if self.path is None:
            return "logit"
        return (
            {"mean": "mean of the map", "peak": "highest value of the map", "center": "value of the middle cell"}[
                self.cell
            ]
            if self.spatial and self.shape[0] * self.shape[1] > 1
            else "activation"
        )

    def of_tensor(self, values: Any, units: Any) -> Any:
        """Return the objective, (n,), of the layer's output (n, *shape), for one unit per image, int32 (n,)."""
        tf = tensorflow()
        maps = tf.reshape(tf.cast(values, tf.float32), (-1, prod(self.shape) // self.units, self.units))
        # A product with a one-hot vector, whose gradient is a product too and not a scatter.
        return self._counted(tf.linalg.matvec(maps, tf.one_hot(units, self.units)), tf)

    def of_maps(self, maps: Any) -> Any:
        """Return the objective, (n,), of one map per image, a tensor (n, cells)."""
        return self._counted(maps, tensorflow())

    def _counted(self, cells: Any, tf: Any) -> Any:
        if self.cell == "mean":
            return tf.reduce_mean(cells, axis=1)
        return tf.reduce_max(cells, axis=1) if self.cell == "peak" else cells[:, self._middle]

    def of_array(self, values: np.ndarray) -> np.ndarray:
        """Return the objective for every unit, float32 (n, units), of the layer's output (n, *shape)."""
        maps = values.reshape(len(values), -1, self.units)
        if self.cell == "mean":
            return np.asarray(maps.mean(axis=1, dtype=np.float64), np.float32)
        return np.asarray(maps.max(axis=1) if self.cell == "peak" else maps[:, self._middle])

    @property
    def _middle(self) -> int:
        return (self.shape[0] // 2) * self.shape[1] + self.shape[1] // 2 if self.spatial else 0


def objective_of(probe: Probe, layer: LayerLike | None, cell: str) -> Objective:
    """Return the objective for a layer; None, and the layer of the head, mean the class logits."""
    if cell not in CELLS:
        raise UnknownNameError("cell", cell, list(CELLS))
    head = probe.runner.head
    if layer is not None:
        info = probe.layer(layer)
        if info.path not in head.replace or not head.scores:
            if not prod(info.shape):
                raise UsageError(f"{info.path} has no units")
            return Objective(info.path, tuple(info.shape), cell)
    if not head.scores:
        require_classes(probe.card, "logits to maximize")
    return Objective(None, (head.scores,))
