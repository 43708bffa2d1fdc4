"""The effect of removing filters on the rest of a network, and the layers where it is impossible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from ..filter_layers import KINDS, FilterLayer, filter_layers
from ..runner import Runner
from ..unrolled_graph import Graph, Slot
from .propagate import Cut, Flow, TiedError, full_flow, propagate_step
from .tied_filters import FIXED, filter_groups, removed_with

#: Layers whose own channels can be removed.
CUTTABLE = frozenset({"Conv2D", "SeparableConv2D", "Conv2DTranspose", "Dense"})


def plan(runner: Runner, layers: Mapping[str, FilterLayer], kept: Mapping[str, np.ndarray]) -> dict[str, Cut]:
    """Return the remaining channels of each step, by path, if some layers keep only ``kept`` filters, (filters,) bool.

    TiedError if a step cannot be adapted.
    """
    graph = runner.graph.towards(runner.head.slot)
    shapes = _shapes(graph, runner.input_shape)
    calls = Counter(id(step.operation) for step in graph.steps)
    sites = {layers[path].site: path for path in kept}
    flows: dict[Slot, Flow] = {slot: full_flow(shapes[slot][-1]) for slot in graph.inputs}
    cuts = {}
    for step in graph.steps:
        read = [flows[slot] for slot in step.inputs]
        own = kept.get(step.path)
        if own is not None and step.kind not in CUTTABLE:
            raise TiedError("each of its filters reads one channel of the layer before")
        if own is not None and getattr(step.operation, "groups", 1) != 1:
            raise TiedError("its filters come in groups")
        cut = propagate_step(step, read, shapes, own)
        changed = not (cut.gives.all() and all(flow.whole for flow in read))
        if changed and calls[id(step.operation)] > 1:
            raise TiedError(f"the layer of {step.path} is used more than once")
        cuts[step.path] = cut
        value = np.zeros(len(cut.gives)) if step.kind in KINDS - {"DepthwiseConv2D"} else cut.bias
        if step.path in sites:
            # The output of a removed filter is zero here, whatever its input.
            value = np.where(cut.gives, value, 0)
        for slot, shape in zip(step.outputs, step.shapes, strict=True):
            flows[slot] = Flow(cut.gives, value) if slot == step.outputs[0] else full_flow(int(shape[-1] or 1))
        if changed and any(slot in runner.graph.outputs for slot in step.outputs) and not cut.gives.all():
            raise TiedError("its units are the model's output")
    return cuts


def left_alone(runner: Runner) -> dict[str, str]:
    """Return the reason for each layer whose filters cannot be removed."""
    layers = {layer.path: layer for layer in filter_layers(runner)}
    groups = filter_groups(runner, layers)
    found = {}
    for path, layer in layers.items():
        # Remove all removable filters except those tied to the first one.
        own = groups[path][groups[path] != groups[path][0]]
        gone = removed_with(groups, own[own != FIXED])
        kept = {other: ~mask for other, mask in gone.items() if layers[other].kind in CUTTABLE}
        if path not in kept:
            kept = {path: np.arange(layer.count) < 1}
        try:
            plan(runner, layers, kept)
        except TiedError as error:
            found[path] = str(error)
    return found


def _shapes(graph: Graph, taken: tuple[int, ...]) -> dict[Slot, tuple[int, ...]]:
    known = {slot: tuple(taken) for slot in graph.inputs}
    for step in graph.steps:
        for slot, shape in zip(step.outputs, step.shapes, strict=True):
            known[slot] = tuple(int(n or 1) for n in shape[1:])
    return known
