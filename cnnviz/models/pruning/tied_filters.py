"""Groups of filters that can only be removed together, because a step adds or multiplies them elementwise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..filter_layers import POOLING, FilterLayer, acts_on_channels
from ..inactive_layers import INACTIVE
from ..runner import Runner
from ..unrolled_graph import Slot, Step

#: Layers that join channels elementwise: their effect on the constant values, and the verb for messages.
JOINING = {
    "Add": (np.add, "adds"),
    "Subtract": (np.subtract, "subtracts"),
    "Multiply": (np.multiply, "multiplies"),
    "Average": (np.add, "averages"),
}
#: The group of channels that can never be removed, such as the image's.
FIXED = 0


def filter_groups(runner: Runner, layers: Mapping[str, FilterLayer]) -> dict[str, np.ndarray]:
    """Return the group of each filter of each layer, (filters,) int; filters of a group are only removed together.

    A filter that is not tied has a group of its own; one that is tied to channels that cannot be removed is in group 0.
    """
    graph = runner.graph.towards(runner.head.slot)
    _, shape = graph.taken[0]
    parents = [FIXED]
    known: dict[Slot, np.ndarray] = {slot: np.zeros(int(shape[-1] or 1), np.int64) for slot in graph.inputs}
    own: dict[str, np.ndarray] = {}
    for step in graph.steps:
        read = [known[slot] for slot in step.inputs]
        channels = int(step.shapes[0][-1] or 1)
        if step.path in layers and step.kind != "DepthwiseConv2D":
            ids = np.zeros(channels, np.int64)
            if getattr(step.operation, "groups", 1) == 1:
                ids = np.arange(len(parents), len(parents) + channels)
                parents.extend(ids.tolist())
        else:
            ids = _handed_on(step, read, channels, parents)
        if step.path in layers:
            own[step.path] = ids
        for slot, made in zip(step.outputs, step.shapes, strict=True):
            known[slot] = ids if slot == step.outputs[0] else np.zeros(int(made[-1] or 1), np.int64)
    return {path: np.array([_first(parents, int(one)) for one in ids]) for path, ids in own.items()}


def removed_with(groups: Mapping[str, np.ndarray], gone: np.ndarray) -> dict[str, np.ndarray]:
    """Return which filters of each layer go with the groups ``gone``, (filters,) bool, of layers that lose any."""
    masks = {path: np.isin(ids, gone) & (ids != FIXED) for path, ids in groups.items()}
    return {path: mask for path, mask in masks.items() if mask.any()}


def is_tied(groups: Mapping[str, np.ndarray], path: str, other: str) -> bool:
    """Return whether a filter of one layer can only go together with one of the other; a layer is tied to itself."""
    return path == other or bool((np.intersect1d(groups[path], groups[other]) != FIXED).any())


def _handed_on(step: Step, read: list[np.ndarray], channels: int, parents: list[int]) -> np.ndarray:
    """Return the groups of the output of a step without filters of its own; if it mixes channels, all are fixed."""
    fixed = np.zeros(channels, np.int64)
    if step.kind in JOINING:
        # A number, or a map shared by all channels, ties no channel to another.
        others = read[1:] if len(read) > 1 and all(len(ids) == channels for ids in read) else [fixed]
        for first in read if others[0] is fixed else read[:1]:
            for ids in others:
                for one, other in zip(first, ids, strict=False):
                    _join(parents, int(one), int(other))
        return fixed if others[0] is fixed else read[0]
    if len(read) == 1 and step.kind == "DepthwiseConv2D":
        return read[0].repeat(channels // len(read[0]))
    same = step.kind in POOLING | INACTIVE | {"UpSampling2D", "ZeroPadding2D", "Cropping2D", "Flatten", "Reshape"}
    if len(read) == 1 and (same or acts_on_channels(step)) and channels % len(read[0]) == 0:
        return np.tile(read[0], channels // len(read[0]))
    if step.kind == "Concatenate" and sum(map(len, read)) == channels:
        return np.concatenate(read)
    return fixed


def _first(parents: list[int], one: int) -> int:
    while parents[one] != one:
        one = parents[one]
    return one


def _join(parents: list[int], one: int, other: int) -> None:
    low, high = sorted((_first(parents, one), _first(parents, other)))
    parents[high] = low
