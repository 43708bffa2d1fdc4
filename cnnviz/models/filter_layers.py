"""Layers with filters, and the steps that hold their responses."""

from __future__ import annotations

from dataclasses import dataclass

from .head import Head, activation_name
from .inactive_layers import INACTIVE
from .runner import Runner
from .unrolled_graph import Graph, Slot, Step

#: Layers with a kernel for each of their channels or units.
KINDS = frozenset({"Conv2D", "SeparableConv2D", "DepthwiseConv2D", "Conv2DTranspose", "Dense"})
#: Channel-wise, cell-wise layers: a filter's response is the output after these.
CHANNELWISE = (
    frozenset(
        "BatchNormalization Activation ReLU LeakyReLU PReLU ELU ThresholdedReLU Relu Relu6 Silu Gelu Elu Selu Tanh "
        "Sigmoid HardSigmoid HardSilu LeakyRelu Softplus Softsign Mish".split()
    )
    | INACTIVE
)

#: Layers that leave a constant channel unchanged.
POOLING = frozenset("AveragePooling2D GlobalAveragePooling2D GlobalMaxPooling2D MaxPooling2D".split())


@dataclass(frozen=True)
class FilterLayer:
    """A layer with filters; ``site`` is the step with their final output, after normalization and activation.

    ``shape`` is that output for one image; its last axis has ``count`` filters.
    """

    path: str
    kind: str
    site: str
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """The number of filters of the layer."""
        return self.shape[-1]

    @property
    def noun(self) -> str:
        """The noun for one of them: "filter", or "neuron" in a layer of units."""
        return "filter" if len(self.shape) == 3 else "neuron"


def filter_layers(runner: Runner) -> tuple[FilterLayer, ...]:
    """Return the layers with removable filters: all but the last, whose units are the classes."""
    graph, found = runner.graph.towards(runner.head.slot), []
    for step in graph.steps:
        if step.kind not in KINDS or is_head(step, runner.graph, runner.head):
            continue
        site = site_of(step, graph)
        found.append(FilterLayer(step.path, step.kind, site.path, tuple(int(n or 1) for n in site.shapes[0][1:])))
    return tuple(found)


def is_head(step: Step, graph: Graph, head: Head) -> bool:
    """Whether no kernel comes between a layer and the model's scores, so that its units are the classes."""
    return all(other.kind not in KINDS for other in graph.after(step.outputs[0], head.slot).steps)


def site_of(step: Step, graph: Graph) -> Step:
    """Return the last channel-wise step after a layer (normalization, activation), or the layer itself."""
    while (following := _only_reader(graph, step.outputs[0])) is not None and acts_on_channels(following):
        step = following
    return step


def last_pooling(step: Step, graph: Graph) -> Step:
    """Return the last of the poolings behind a step: a channel held at a value there is held at it here."""
    while (following := _only_reader(graph, step.outputs[0])) is not None and following.kind in POOLING:
        step = following
    return step


def acts_on_channels(step: Step) -> bool:
    """Whether a step acts on each channel separately and on all cells alike."""
    if step.kind not in CHANNELWISE or len(step.inputs) != 1 or activation_name(step.operation) == "softmax":
        return False
    return step.kind != "BatchNormalization" or step.operation.axis in (-1, len(step.shapes[0]) - 1)


def _only_reader(graph: Graph, slot: Slot) -> Step | None:
    readers = [step for step in graph.steps if slot in step.inputs]
    return readers[0] if len(readers) == 1 and slot not in graph.outputs else None
