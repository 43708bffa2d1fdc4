"""The front of a network: the parameter-free steps before its first weights, measured as a function of pixel values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from ..import_tensorflow import tensorflow
from ..unrolled_graph import Graph, Slot, Step

#: Arrivals that differ less than this from the input, relative to it, are the input.
UNCHANGED = 1e-5


@dataclass(frozen=True)
class Front:
    """Steps without weights (a Normalization's adapted moments count as none) up to ``first``, the first weighted step.

    ``graph`` computes the tensor that arrives at ``first`` from the model's input of ``shape``, with ``channels``
    channels. ``scaling`` are the paths of the steps before it.
    """

    graph: Graph
    first: Step
    shape: tuple[int, ...]
    channels: int
    scaling: tuple[str, ...]

    def arriving(self, colors: Sequence[Sequence[float]] | np.ndarray) -> np.ndarray:
        """Return the value of each channel at the first weights for images of one color each.

        ``colors`` is (n, channels) in input units; the result is float64 (n, channels), or (n, 1) where positions no
        longer belong to channels. The median over positions leaves out padded borders.
        """
        tf = tensorflow()
        colors = np.asarray(colors, np.float32).reshape(-1, self.channels)
        images = np.broadcast_to(colors[:, None], (len(colors), prod(self.shape) // self.channels, self.channels))
        inputs = tf.constant(np.ascontiguousarray(images).reshape(len(colors), *self.shape))
        values = np.asarray(tf.cast(self.graph.run([inputs])[0][0], tf.float64)).reshape(len(colors), -1)
        if values.shape[1] % self.channels:
            return np.asarray(np.median(values, axis=1, keepdims=True))
        return np.asarray(np.median(values.reshape(len(colors), -1, self.channels), axis=1))

    def range_for(self, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
        """Return what arrives, by channel, for a black and a white image whose pixels are ``low`` and ``high``."""
        arrived = self.arriving(np.outer((low, high), np.ones(self.channels)))
        return arrived[0], arrived[1]

    @property
    def changes_values(self) -> bool:
        """Whether anything but the input's own values arrives at the first weights."""
        grays = np.outer((0.0, 1.0, 100.0, 255.0), np.ones(self.channels))
        given = np.concatenate([grays, 255 * np.eye(self.channels)])
        arrived = self.arriving(given)
        if arrived.shape != given.shape:
            arrived, given = arrived[: len(grays)], grays[:, :1]
        return bool(np.abs(arrived - given).max() > UNCHANGED * 255)

    @property
    def reverses_channels(self) -> bool:
        """Whether red arrives where blue enters and the other way round."""
        if self.channels != 3:
            return False
        arrived = self.arriving(np.concatenate([np.zeros((1, 3)), 255 * np.eye(3)]))
        if arrived.shape[1] != 3:
            return False
        effect = np.abs(arrived[1:] - arrived[0])
        return bool((effect.argmax(axis=1) == [2, 1, 0]).all())


def front_of(graph: Graph, shape: tuple[int, ...], channels: int) -> Front | None:
    """Return the front of a model with one input of ``shape`` (without the batch axis).

    None where nothing but weights takes the input, or where it has no weights at all.
    """
    free: dict[Slot, tuple[str, ...]] = {graph.inputs[0]: ()}
    for step in graph.steps:
        # A step without inputs is a constant.
        if not step.inputs or not free.keys() >= set(step.inputs):
            continue
        if _has_weights(step):
            slot = step.inputs[0]
            if not free[slot]:
                return None
            return Front(graph.up_to((slot,)), step, shape, channels, free[slot])
        before = dict.fromkeys(path for slot in step.inputs for path in free[slot])
        free.update(dict.fromkeys(step.outputs, (*before, step.path)))
    return None


def _has_weights(step: Step) -> bool:
    return step.kind != "Normalization" and bool(getattr(step.operation, "weights", ()))
