"""Which cells of each layer a hidden patch of the image reaches: the windows that its copy is computed in.

Intervals of cells are propagated forward through the graph, axis by axis and for each place of a patch. A layer's
window has one size for all places, that of the largest interval, so that copies run together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from .folded_graph import FoldedConvolution, NormalizationInOnePass
from .import_tensorflow import tensorflow
from .sliding_window import before_padding, pair
from .unrolled_graph import Graph, Slot, Step

#: A window of more than this share of a map is not worth its gathering.
MOST_SHARE = 0.75
#: Costs of a gathered and of a written value, in multiplications.
GATHERED, WRITTEN = 100, 50


@dataclass(frozen=True, eq=False)
class Span:
    """Cells from ``first`` to before ``end`` of an axis of ``extent`` cells, (places,) each, at least one."""

    first: np.ndarray
    end: np.ndarray
    extent: int

    @staticmethod
    def of(first: np.ndarray, end: np.ndarray, extent: int) -> Span:
        """Return the span within its axis."""
        first = first.clip(0, extent - 1)
        return Span(first, np.maximum(end.clip(0, extent), first + 1), extent)

    @property
    def size(self) -> int:
        """The cells of the window."""
        return int((self.end - self.first).max())

    @property
    def start(self) -> np.ndarray:
        """The window's first cell, int32 (places,); it lies within the map."""
        return np.minimum(self.first, self.extent - self.size).astype(np.int32)

    def united(self, other: Span) -> Span:
        """Return the span of both."""
        return Span(np.minimum(self.first, other.first), np.maximum(self.end, other.end), self.extent)


#: The spans of rows and of columns.
Spans = tuple[Span, Span]


@dataclass(frozen=True, eq=False)
class Sliding:
    """A layer whose cells read windows of ``window`` cells, ``step`` apart, with ``before`` cells of padding in front.

    ``run`` computes the layer on what is read, without padding, and ``outside`` is the value of padding.
    """

    window: tuple[int, int]
    step: tuple[int, int]
    before: tuple[int, int]
    run: Callable[[Any], Any]
    outside: float = 0.0

    def through(self, spans: Spans, extents: tuple[int, int]) -> Spans:
        """Return the spans of the layer's output, whose extents are given."""
        made = []
        for span, w, s, b, extent in zip(spans, self.window, self.step, self.before, extents, strict=True):
            made.append(Span.of(-(-(span.first + b - w + 1) // s), (span.end - 1 + b) // s + 1, extent))
        return made[0], made[1]

    def read_by(self, spans: Spans) -> tuple[list[np.ndarray], list[int]]:
        """Return where the cells that an output window reads start, for each place, and how many they are."""
        axes = list(zip(spans, self.window, self.step, self.before, strict=True))
        starts = [(span.start * s - b).astype(np.int32) for span, _, s, b in axes]
        return starts, [(span.size - 1) * s + w for span, w, s, _ in axes]

    @property
    def is_pointwise(self) -> bool:
        """Whether each cell reads the cell at its own place alone."""
        return self.window == self.step == (1, 1) and self.before == (0, 0)


@dataclass(frozen=True, eq=False)
class Windowed:
    """A step that is computed in windows, with the spans of its output; ``sliding`` is None for a pointwise one."""

    step: Step
    spans: Spans
    sliding: Sliding | None


def windowed_steps(graph: Graph, spans: Spans, replaced: Mapping[str, Any]) -> dict[str, Windowed]:
    """Return the steps of a graph of one image that run in windows, by path, where the image changes in ``spans``."""
    reached: dict[Slot, Spans] = {graph.inputs[0]: spans}
    shapes = {slot: shape for step in graph.steps for slot, shape in zip(step.outputs, step.shapes, strict=True)}
    found: dict[str, Windowed] = {}
    for step in graph.steps:
        read = [reached.get(slot) for slot in step.inputs]
        if step.path in replaced or not read or any(one is None for one in read) or not _is_map(step):
            continue
        known = [one for one in read if one is not None]
        extents = (int(step.shapes[0][1] or 1), int(step.shapes[0][2] or 1))
        own = known[0]
        if len(known) > 1 and any(_extents(one) != extents for one in known):
            continue
        for other in known[1:]:
            own = (own[0].united(other[0]), own[1].united(other[1]))
        sliding = None
        if not _is_pointwise(step):
            sliding = _sliding(step, shapes.get(step.inputs[0], (None, *_extents(own), None)))
            if sliding is None or len(known) > 1:
                continue
            own = sliding.through(own, extents)
        if own[0].size * own[1].size <= MOST_SHARE * prod(extents):
            reached[step.outputs[0]] = own
            found[step.path] = Windowed(step, own, sliding)
    return found


def cost_in_windows(graph: Graph, windowed: Mapping[str, Windowed]) -> float:
    """Return the estimated cost of a copy in windows over that of one computed whole."""
    channels = {slot: int(step.shapes[0][-1] or 1) for step in graph.steps for slot in step.outputs}
    whole = own = 0.0
    for step in graph.steps:
        values = prod(extent or 1 for extent in step.shapes[0][1:])
        each = _multiplications(step) + WRITTEN
        whole += each * values
        one = windowed.get(step.path)
        if one is None:
            pasted = [slot for slot in step.inputs if any(slot in w.step.outputs for w in windowed.values())]
            own += each * values
            own += sum(GATHERED * values_of(graph, slot) for slot in pasted)
            continue
        own += each * values * one.spans[0].size * one.spans[1].size / (one.spans[0].extent * one.spans[1].extent)
        if one.sliding is not None and not one.sliding.is_pointwise:
            own += GATHERED * prod(one.sliding.read_by(one.spans)[1]) * channels.get(step.inputs[0], 1)
    return own / whole


def values_in_windows(graph: Graph, windowed: Mapping[str, Windowed]) -> int:
    """Return the most values of one copy that a step reads or makes."""
    channels = {slot: int(step.shapes[0][-1] or 1) for step in graph.steps for slot in step.outputs}
    most = 1
    for step in graph.steps:
        one = windowed.get(step.path)
        if one is None:
            most = max(most, *(prod(extent or 1 for extent in shape[1:]) for shape in step.shapes))
            most = max(most, *(values_of(graph, slot) for slot in step.inputs if graph.producer(slot) is not None), 1)
            continue
        most = max(most, one.spans[0].size * one.spans[1].size * int(step.shapes[0][-1] or 1))
        if one.sliding is not None:
            most = max(most, prod(one.sliding.read_by(one.spans)[1]) * channels.get(step.inputs[0], 1))
    return most


def values_of(graph: Graph, slot: Slot) -> int:
    """Return the number of values of one image in a slot that a step fills."""
    step = graph.producer(slot)
    return 0 if step is None else prod(extent or 1 for extent in step.shapes[step.outputs.index(slot)][1:])


def _is_map(step: Step) -> bool:
    return len(step.outputs) == 1 and len(step.shapes[0]) == 4 and None not in step.shapes[0][1:]


def _extents(spans: Spans) -> tuple[int, int]:
    return spans[0].extent, spans[1].extent


def _multiplications(step: Step) -> float:
    """Return the multiplications of one output value of a convolution or dense layer, else 0."""
    layer = step.operation.layer if isinstance(step.operation, FoldedConvolution) else step.operation
    kernel = getattr(layer, "kernel", None)
    return 0.0 if kernel is None else float(prod(kernel.shape[:-1]))


def _is_kerass(operation: Any) -> bool:
    """Whether an operation is of Keras' own class: a subclass may compute anything."""
    return type(operation).__module__.startswith("keras.")


def _known_function(layer: Any) -> bool:
    """Whether a layer's activation is one of Keras' functions, which work position by position."""
    return str(getattr(getattr(layer, "activation", None), "__module__", "")).startswith("keras.")


def _leaves(step: Step) -> Iterator[Any]:
    import keras

    return iter(keras.tree.flatten((step.args, dict(step.kwargs))))


def _is_pointwise(step: Step) -> bool:
    """Whether each cell of a step's maps depends on the cells at the same place alone."""
    layer, kind = step.operation, step.kind
    if isinstance(layer, NormalizationInOnePass):
        return True
    if not _is_kerass(layer) or not all(isinstance(x, Slot | int | float | str | None) for x in _leaves(step)):
        return False
    if kind in ("BatchNormalization", "LayerNormalization", "Normalization", "Concatenate", "Softmax"):
        axis = getattr(layer, "axis", None)
        return axis in (-1, 3) or (isinstance(axis, list | tuple) and tuple(axis) in ((-1,), (3,)))
    if kind == "PReLU":
        return list(layer.shared_axes or ()) == [1, 2]
    if kind == "Rescaling":
        return np.ndim(layer.scale) <= 1 and np.ndim(layer.offset) <= 1
    if kind in ("Activation", "Dense"):
        return _known_function(layer) and not getattr(layer, "quantization_mode", None)
    return kind in _POINTWISE


_POINTWISE = frozenset(
    "ActivityRegularization Add AlphaDropout Average Dropout ELU GaussianDropout GaussianNoise HardSigmoid HardSilu "
    "Identity LeakyReLU Maximum Minimum Multiply ReLU Relu Relu6 Sigmoid Silu SpatialDropout2D Subtract Tanh".split()
)


def _sliding(step: Step, read: tuple[int | None, ...]) -> Sliding | None:
    """Return how a layer's cells read maps of the shape ``read``; None for a layer that no window can be told of."""
    layer = step.operation
    if isinstance(layer, FoldedConvolution):
        return _of_convolution(layer.layer, read, lambda x: layer(x, "valid"))
    if not _is_kerass(layer) or getattr(layer, "data_format", "channels_last") != "channels_last":
        return None
    if step.kind in ("Conv2D", "DepthwiseConv2D"):
        plain = layer.compute_dtype == layer.variable_dtype == "float32" and not layer.quantization_mode
        if not plain or not _known_function(layer) or layer.padding not in ("same", "valid"):
            return None
        return _of_convolution(layer, read, _without_padding(layer, step.kind))
    if step.kind in ("MaxPooling2D", "AveragePooling2D"):
        window, stride = pair(layer.pool_size), pair(layer.strides)
        if layer.padding not in (("same", "valid") if step.kind == "MaxPooling2D" else ("valid",)):
            # The mean of a window at the edge is that of the cells within the map.
            return None
        return Sliding(
            window, stride, before_padding(layer, read[1:], window, stride), _pooled(layer, step.kind), _LOWEST
        )
    if step.kind == "ZeroPadding2D":
        (top, _), (left, _) = layer.padding
        return Sliding((1, 1), (1, 1), (int(top), int(left)), lambda x: x)
    return None


#: What a maximum ignores.
_LOWEST = float(np.finfo(np.float32).min)


def _of_convolution(layer: Any, read: tuple[int | None, ...], run: Callable[[Any], Any]) -> Sliding:
    kernel, dilation, stride = pair(layer.kernel_size), pair(layer.dilation_rate), pair(layer.strides)
    window = ((kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1)
    return Sliding(window, stride, before_padding(layer, read[1:], window, stride), run)


def _without_padding(layer: Any, kind: str) -> Callable[[Any], Any]:
    import keras

    tf = tensorflow()
    convolve = keras.ops.depthwise_conv if kind == "DepthwiseConv2D" else keras.ops.conv

    def run(x: Any) -> Any:
        made = convolve(
            tf.cast(x, tf.float32),
            layer.kernel,
            strides=layer.strides,
            padding="valid",
            data_format="channels_last",
            dilation_rate=layer.dilation_rate,
        )
        return layer.activation(made if layer.bias is None else made + layer.bias)

    return run


def _pooled(layer: Any, kind: str) -> Callable[[Any], Any]:
    import keras

    pool = keras.ops.max_pool if kind == "MaxPooling2D" else keras.ops.average_pool
    return lambda x: pool(x, layer.pool_size, layer.strides, padding="valid", data_format="channels_last")
