"""Static analysis of a network's tensors: signs, bounds, and merged layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ..head import Head
from ..import_tensorflow import tensorflow
from ..unrolled_graph import Graph, Slot, Step
from .layer_kinds import (
    ADDING,
    ARITHMETIC,
    AVERAGING,
    COPYING,
    KERNELS,
    MOVING,
    NEVER_NEGATIVE,
    NORMALIZING,
    function_name,
)
from .lrp_rules import Bounds
from .tensor_arguments import Wiring


@dataclass(frozen=True)
class InputBounds:
    """The lowest and highest input, for all channels or for each, for images of shape ``pixels`` fed as ``shape``."""

    low: tuple[float, ...]
    high: tuple[float, ...]
    pixels: tuple[int, ...]
    shape: tuple[int, ...]

    def spread(self) -> Bounds:
        """Return both bounds value by value, (1, *shape)."""
        low, high, ones = (
            np.broadcast_to(np.asarray(value, np.float32), self.pixels).reshape(1, *self.shape)
            for value in (self.low, self.high, (1.0,))
        )
        return Bounds(low, high, ones)


@dataclass(frozen=True)
class Plan:
    """Plan of a relevance pass: first layers and merged layers.

    ``first``: the bounds of the inputs of first layers, by path; ``leading``: paths of affine steps before them.
    ``merged``: the batch normalization after a dense or convolutional step, by the path of the latter.
    """

    never_negative: frozenset[Slot]
    first: Mapping[str, Bounds] = field(default_factory=dict)
    leading: frozenset[str] = frozenset()
    merged: Mapping[str, Step] = field(default_factory=dict)


def never_negative(graph: Graph) -> frozenset[Slot]:
    """Return the slots whose values are never negative, whatever the weights."""
    known: set[Slot] = set()
    for step in graph.steps:
        adds = step.kind in ADDING - {"Subtract"} and len(Wiring.of(step).places) > 1
        if step.kind in COPYING | AVERAGING or adds:
            told = known.issuperset(step.inputs)
        else:
            slope = getattr(step.operation, "negative_slope", None)
            told = function_name(step) in NEVER_NEGATIVE and not (function_name(step) == "relu" and slope)
        if told:
            known.update(step.outputs)
    return frozenset(known)


def from_input(graph: Graph, given: InputBounds) -> tuple[dict[str, Bounds], frozenset[str]]:
    """Return the bounds at each first layer, and the affine steps on the way to it."""
    held = {graph.inputs[0]: given.spread()}
    first: dict[str, Bounds] = {}
    leading: set[str] = set()
    for step in graph.steps:
        wiring = Wiring.of(step)
        if len(wiring.places) != 1 or not held.keys() & set(step.inputs):
            continue
        at = held[step.inputs[0]]
        affine = step.kind in NORMALIZING | ARITHMETIC
        if step.kind in KERNELS:
            first[step.path] = at
        elif affine or (step.kind in MOVING and len(step.outputs) == 1):
            ends = [_run(step, wiring, at.low), _run(step, wiring, at.high)]
            ones = at.ones if affine else _run(step, wiring, at.ones)
            held[step.outputs[0]] = Bounds(np.minimum(*ends), np.maximum(*ends), ones)
            if affine:
                leading.add(step.path)
    return first, frozenset(leading)


def _run(step: Step, wiring: Wiring, values: np.ndarray) -> np.ndarray:
    import keras

    run = wiring.calling(step.operation, step.args, step.kwargs)
    with keras.StatelessScope():
        return np.asarray(keras.ops.convert_to_numpy(run([tensorflow().constant(values)])), np.float32)


def mergeable(graph: Graph, head: Head) -> dict[str, Step]:
    """Return, by the path of a dense or convolutional step, the batch normalization that is its only consumer."""
    takers: dict[Slot, list[Step]] = {}
    for step in graph.steps:
        for slot in step.inputs:
            takers.setdefault(slot, []).append(step)
    found = {}
    for step in graph.steps:
        after = takers.get(step.outputs[0], [])
        if (
            step.kind in KERNELS - {"EinsumDense"}
            and function_name(step) == "linear"
            and step.path not in head.replace
            and step.outputs[0] not in graph.outputs
            and [one.kind for one in after] == ["BatchNormalization"]
            and _by_channel(step, after[0])
        ):
            found[step.path] = after[0]
    return found


def _by_channel(step: Step, norm: Step) -> bool:
    rank = len(step.shapes[0])
    first = getattr(step.operation, "data_format", None) == "channels_first"
    return norm.operation.axis % rank == (1 if first else rank - 1)
