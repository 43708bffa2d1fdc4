"""Propagation of removed channels through each kind of step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from cnnviz.core.errors import ModelError

from ..filter_layers import POOLING, acts_on_channels
from ..inactive_layers import INACTIVE
from ..unrolled_graph import Slot, Step
from .tied_filters import JOINING


class TiedError(ModelError):
    """Channels cannot be removed because a step ties them to others or cannot be adapted."""


@dataclass(frozen=True, eq=False)
class Flow:
    """The last axis of a tensor: ``keep`` (channels,) bool, and ``value``, the constant value of each removed channel.

    A removed channel is constant, mostly 0; for a kept channel the value has no meaning.
    """

    keep: np.ndarray
    value: np.ndarray

    @property
    def whole(self) -> bool:
        """Whether no channel is removed."""
        return bool(self.keep.all())

    @property
    def gone(self) -> np.ndarray:
        """The values of the removed channels, and 0 for the others."""
        return np.where(self.keep, 0, self.value)


@dataclass(frozen=True, eq=False)
class Cut:
    """The remaining channels that a step reads and returns, and what to add to its bias, (channels,)."""

    reads: Flow
    gives: np.ndarray
    bias: np.ndarray


def full_flow(channels: int) -> Flow:
    """Return a flow of which nothing is removed."""
    return Flow(np.ones(channels, bool), np.zeros(channels))


def propagate_step(
    step: Step, flows: Sequence[Flow], shapes: Mapping[Slot, tuple[int, ...]], gives: np.ndarray | None
) -> Cut:
    """Return what a step reads, gives and adds; ``gives`` are the filters that it keeps, None for all.

    TiedError where it cannot be cut to fit.
    """
    channels = int(step.shapes[0][-1] or 1)
    read = flows[0] if flows else full_flow(channels)
    if step.kind in _READERS:
        kept = np.ones(channels, bool) if gives is None else gives
        if all(flow.whole for flow in flows):
            return Cut(read, kept, np.zeros(channels))
        if getattr(step.operation, "groups", 1) != 1:
            raise TiedError(f"its channels are read in groups by {step.path}")
        return Cut(read, kept, _READERS[step.kind](step, read))
    if all(flow.whole for flow in flows):
        return Cut(read, np.ones(channels, bool), np.zeros(channels))
    if step.kind == "DepthwiseConv2D":
        times = channels // len(read.keep)
        return Cut(read, read.keep.repeat(times), _depthwise(step, read))
    if step.kind in POOLING or step.kind in INACTIVE or step.kind == "UpSampling2D":
        return Cut(read, read.keep, read.value)
    if step.kind in ("ZeroPadding2D", "Cropping2D"):
        if step.kind == "ZeroPadding2D" and read.gone.any():
            raise TiedError(f"{step.path} pads its channels, which would not be zero once removed")
        return Cut(read, read.keep, read.value)
    if step.kind in ("Flatten", "Reshape"):
        return _reshaped(step, read, shapes[step.inputs[0]])
    if step.kind == "Concatenate":
        return _side_by_side(step, flows)
    if acts_on_channels(step):
        return Cut(read, read.keep, _after_function(step, read))
    if step.kind in JOINING:
        return _joined(step, flows)
    raise TiedError(f"its channels go into {step.path}, a {step.kind}, which cannot be adapted")


def _dense(step: Step, read: Flow) -> np.ndarray:
    kernel = np.asarray(step.operation.kernel.numpy(), np.float64)
    return np.asarray(read.gone @ kernel)


def _convolution(step: Step, read: Flow) -> np.ndarray:
    kernel = np.asarray(step.operation.kernel.numpy(), np.float64)
    _refuse_border(step, read)
    return np.asarray(read.gone @ kernel.sum(axis=(0, 1)))


def _separable(step: Step, read: Flow) -> np.ndarray:
    deep = np.asarray(step.operation.depthwise_kernel.numpy(), np.float64).sum(axis=(0, 1))
    _refuse_border(step, read)
    pointwise = np.asarray(step.operation.pointwise_kernel.numpy(), np.float64)[0, 0]
    return np.asarray((read.gone[:, None] * deep).ravel() @ pointwise)


def _transposed(step: Step, read: Flow) -> np.ndarray:
    if read.gone.any():
        raise TiedError(f"{step.path} reads its channels, which would not be zero once removed")
    return np.zeros(int(step.shapes[0][-1] or 1))


def _depthwise(step: Step, read: Flow) -> np.ndarray:
    layer = step.operation
    _refuse_border(step, read)
    sums = np.asarray(layer.kernel.numpy(), np.float64).sum(axis=(0, 1))
    made = (read.gone[:, None] * sums).ravel()
    return _called(layer.activation, made + (np.asarray(layer.bias.numpy()) if layer.use_bias else 0))


def _refuse_border(step: Step, read: Flow) -> None:
    """Raise TiedError at a padded border, where a nonzero channel counts less and no bias can make up for it."""
    layer = step.operation
    if read.gone.any() and layer.padding != "valid" and max(layer.kernel_size) > 1:
        raise TiedError(f"{step.path} pads its channels, which would not be zero once removed")


_READERS: Mapping[str, Any] = {
    "Dense": _dense,
    "Conv2D": _convolution,
    "SeparableConv2D": _separable,
    "Conv2DTranspose": _transposed,
}


def _after_function(step: Step, read: Flow) -> np.ndarray:
    layer = step.operation
    if step.kind == "BatchNormalization":
        mean, variance = (np.asarray(x.numpy(), np.float64) for x in (layer.moving_mean, layer.moving_variance))
        scale = np.asarray(layer.gamma.numpy()) if layer.scale else 1.0
        shift = np.asarray(layer.beta.numpy()) if layer.center else 0.0
        return np.asarray((read.gone - mean) / np.sqrt(variance + layer.epsilon) * scale + shift)
    if step.kind == "PReLU":
        if read.gone.any():
            raise TiedError(f"{step.path} has its own slopes for channels that would not be zero once removed")
        return read.gone
    return _called(layer, read.gone)


def _called(function: Any, values: np.ndarray) -> np.ndarray:
    import keras

    with keras.StatelessScope():
        made = function(keras.ops.convert_to_tensor(values[None].astype(np.float32)))
    return np.asarray(keras.ops.convert_to_numpy(made)[0], np.float64)


def _reshaped(step: Step, read: Flow, before: tuple[int, ...]) -> Cut:
    after = tuple(int(n or 1) for n in step.shapes[0][1:])
    if len(after) == 1:
        cells = prod(before[:-1])
        return Cut(read, np.tile(read.keep, cells), np.tile(read.value, cells))
    if after[-1] == before[-1]:
        return Cut(read, read.keep, read.value)
    raise TiedError(f"{step.path} mixes its channels with rows and columns")


def _joined(step: Step, flows: Sequence[Flow]) -> Cut:
    """Return the cut of layers joined elementwise; TiedError unless all lose the same channels."""
    does, word = JOINING[step.kind]
    first = flows[0]
    if len(flows) < 2 or not all(np.array_equal(first.keep, flow.keep) for flow in flows):
        raise TiedError(f"{step.path} {word} its channels and others that cannot be removed with them, elementwise")
    value = first.gone
    for flow in flows[1:]:
        value = does(value, flow.gone)
    if step.kind == "Average":
        value = value / len(flows)
    return Cut(first, first.keep, np.where(first.keep, 0, value))


def _side_by_side(step: Step, flows: Sequence[Flow]) -> Cut:
    if step.operation.axis not in (-1, len(step.shapes[0]) - 1):
        raise TiedError(f"{step.path} concatenates its channels with others along rows or columns")
    joined = Flow(np.concatenate([f.keep for f in flows]), np.concatenate([f.value for f in flows]))
    return Cut(joined, joined.keep, joined.value)
