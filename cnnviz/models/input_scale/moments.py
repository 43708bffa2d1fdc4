"""Input scaling by a network's own statistics: the moments that its BatchNormalizations recorded in training.

The moving mean and variance of a BatchNormalization are those of the training inputs. Images that are scaled as in
training reproduce them; images that are scaled otherwise don't, whatever their labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..import_tensorflow import tensorflow
from ..unrolled_graph import Graph, Slot, Step
from .scale import other_order

#: BatchNormalizations that are compared, those nearest to the input: a wrong scale shows there most.
LAYERS = 8
#: Images to take moments of, and the fewest that settle anything.
IMAGES, FEWEST = 64, 8
#: How many times worse the next scale must fit for the best one to count as certain; see docs/opening-models.md.
MARGIN = 3.0
#: The same for red and blue exchanged, which is rare and shows less; below SAME the order shows nowhere.
ORDER_MARGIN, SAME = 1.3, 1.001
#: The largest mismatch (nats per channel) of a scale that counts as certain: a network may have been trained on a scale
#: that is none of the candidates.
FITTING = 1.0
#: Changes of the inputs near a scale, shifts as a share of its range, and how many times better than the scale itself
#: one of them may fit.
GAINS, SHIFTS, NEARER = (0.85, 1.0, 1.18), (-0.05, 0.0, 0.05), 1.25
#: Shares of their initial values that moving averages may still hold: after 300, 120, 70, 35 and 10 steps at the usual
#: momentum of 0.99.
INITIAL = (0.05, 0.3, 0.5, 0.7, 0.9)
#: A mismatch (nats per channel) of the best scale above which the images differ from the training images.
UNLIKE = 2.0


@dataclass(frozen=True)
class Recorded:
    """One BatchNormalization: the tensor that it normalizes and the moments that it recorded, (channels,) each."""

    slot: Slot
    axis: int
    mean: np.ndarray
    variance: np.ndarray


#: The mean and the variance of each channel, at each layer.
Measured = Sequence[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Moments:
    """The moments that a network's first BatchNormalizations recorded, and the network as far as they are."""

    layers: tuple[Recorded, ...]
    graph: Graph

    def mismatch(self, inputs: np.ndarray) -> float:
        """Return how far the moments of these inputs are from the recorded ones, in nats per channel, ≥ 0."""
        return self.distance(self.measured(inputs))

    def measured(self, inputs: np.ndarray, batch_size: int = 16) -> Measured:
        """Return the moments of these inputs at each layer."""
        tf = tensorflow()
        axes = {one.slot: one.axis for one in self.layers}
        totals: dict[Slot, np.ndarray] = {}
        for start in range(0, len(inputs), batch_size):
            tensors, _ = self.graph.run([tf.constant(inputs[start : start + batch_size])])
            for slot, tensor in zip(self.graph.outputs, tensors, strict=True):
                values = np.moveaxis(np.asarray(tensor, np.float64), axes[slot], -1)
                flat = values.reshape(-1, values.shape[-1])
                part = np.stack([np.full(flat.shape[1], float(len(flat))), flat.sum(axis=0), (flat**2).sum(axis=0)])
                totals[slot] = totals[slot] + part if slot in totals else part
        found = []
        for one in self.layers:
            count, total, squares = totals[one.slot]
            mean = total / count
            found.append((mean, np.maximum(squares / count - mean**2, 1e-12)))
        return found

    def distance(self, measured: Measured, initial: float = 0.0) -> float:
        """Return the distance of measured moments from the recorded ones, in nats per channel, ≥ 0.

        The Kullback–Leibler divergence of normal distributions, recorded from measured, as a mean over channels and
        layers: ½ (ln σ²ᵣ/σ²ₘ + (σ²ₘ + (μₘ − μᵣ)²)/σ²ᵣ − 1). A moving average that began at a mean of 0 and a variance
        of 1 still holds a share of these after a short training; ``initial`` is that share.
        """
        divergences = []
        for one, (mean, variance) in zip(self.layers, measured, strict=True):
            mean, variance = (1 - initial) * mean, (1 - initial) * variance + initial
            stored = np.maximum(one.variance, 1e-12)
            divergences.append(0.5 * (np.log(stored / variance) + (variance + (mean - one.mean) ** 2) / stored - 1))
        return float(np.mean(np.concatenate(divergences)))

    def mismatch_nearby(self, inputs: np.ndarray, low: float, high: float) -> float:
        """Return the lowest mismatch of these inputs shifted and stretched a little, where they run from low to high.

        If it is much lower than that of the inputs themselves, the training used none of the usual scales.
        """
        width = high - low
        changes = [(gain, shift) for gain in GAINS for shift in SHIFTS if (gain, shift) != (1.0, 0.0)]
        return min(
            self.mismatch(((inputs - low) * gain + low + shift * width).astype(np.float32)) for gain, shift in changes
        )


def recorded_moments(graph: Graph) -> Moments | None:
    """Return the first BatchNormalizations with moments from a training, None if there are none.

    One that was never trained has a mean of 0 and a variance of 1.
    """
    found: list[Recorded] = []
    # What constants alone feed says nothing about pixels.
    for step in graph.after(graph.inputs[0], graph.outputs[0]).steps:
        layer = step.operation
        if step.kind not in ("BatchNormalization", "SyncBatchNormalization") or len(step.inputs) != 1:
            continue
        mean, variance = (np.asarray(x, np.float64) for x in (layer.moving_mean, layer.moving_variance))
        trained = bool(np.abs(mean).max() > 0 or np.abs(variance - 1).max() > 0)
        if trained and np.isfinite(mean).all() and (variance > 0).all():
            found.append(Recorded(step.inputs[0], _axis(step), mean, variance))
    del found[LAYERS:]
    return Moments(tuple(found), graph.up_to(tuple(dict.fromkeys(one.slot for one in found)))) if found else None


def _axis(step: Step) -> int:
    axis = step.operation.axis
    return int(axis[0] if isinstance(axis, list | tuple) else axis)


def clear_winner(mismatches: Mapping[str, float]) -> tuple[str, float, bool]:
    """Return the best scale, how many times worse the next one fits, and whether that is certain.

    Scales that differ by more than the order of red and blue must be MARGIN apart. The usual order must fit
    ORDER_MARGIN times better than the exchanged one, and that one MARGIN times better than the usual. The usual order
    wins a tie, and is certain where both fit the same, because the images are gray.
    """
    ranked = sorted(mismatches, key=lambda name: (mismatches[name], name.count(",")))
    best, lowest = ranked[0], max(mismatches[ranked[0]], 1e-9)
    exchanged = other_order(best)
    apart = {name: mismatches[name] / lowest for name in ranked[1:]}
    order = apart.pop(exchanged, np.inf)
    usual = min((best, exchanged), key=lambda name: name.count(","))
    enough = ORDER_MARGIN if best == usual else MARGIN
    winner = usual if order < ORDER_MARGIN else best
    if order < SAME:
        order = np.inf
    ratio = min(apart.values(), default=np.inf)
    return winner, float(min(ratio, order)), bool(ratio >= MARGIN and order >= enough)
