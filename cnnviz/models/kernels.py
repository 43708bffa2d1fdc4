"""Kernels of layers as plain arrays."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from .inactive_layers import UNCHANGING
from .unrolled_graph import Step

if TYPE_CHECKING:
    from .probe import Probe


def kernel_of(probe: Probe, path: str) -> np.ndarray | None:
    """Return a layer's kernel, float32 (height, width, inputs, channels); None for a layer without one.

    Inputs are those that a channel reads: in a grouped convolution those of its group, in a depthwise one its own. The
    two kernels of a separable convolution are multiplied. Weights of units that read flattened maps have the height and
    width of these maps; those of other units 1×1. Biases are not included.
    """
    step = probe.runner.graph.step(path)
    make = _KERNELS.get(step.kind)
    kernel = None if make is None else make(probe, step)
    return None if kernel is None else np.ascontiguousarray(kernel, np.float32)


def layers_with_kernels(probe: Probe) -> tuple[str, ...]:
    """Return the paths of all layers with a kernel, in the model's order."""
    return tuple(step.path for step in probe.runner.graph.steps if step.kind in _KERNELS)


def _convolution(probe: Probe, step: Step) -> np.ndarray:
    return step.operation.kernel.numpy()


def _transposed(probe: Probe, step: Step) -> np.ndarray:
    return step.operation.kernel.numpy().transpose(0, 1, 3, 2)


def _depthwise(probe: Probe, step: Step) -> np.ndarray:
    kernel = step.operation.kernel.numpy()
    return kernel.reshape(*kernel.shape[:2], 1, -1)


def _separable(probe: Probe, step: Step) -> np.ndarray:
    deep = step.operation.depthwise_kernel.numpy()
    point = step.operation.pointwise_kernel.numpy()[0, 0].reshape(*deep.shape[2:], -1)
    return np.einsum("hwim,imo->hwio", deep, point)


def _dense(probe: Probe, step: Step) -> np.ndarray:
    kernel = step.operation.kernel.numpy()
    return kernel.reshape(*(_laid_out(probe, step, len(kernel)) or (1, 1, len(kernel))), kernel.shape[1])


def _laid_out(probe: Probe, step: Step, inputs: int) -> tuple[int, int, int] | None:
    """Return the shape of the maps that a layer reads flattened, tracing back through layers that pass values on."""
    before: Step | None = step
    while before is not None:
        slot = before.inputs[0]
        before = probe.runner.graph.producer(slot)
        shape: tuple[Any, ...] = probe.card.input_shape if before is None else before.shapes[0][1:]
        if len(shape) == 3 and prod(shape) == inputs:
            return shape[0], shape[1], shape[2]
        if before is not None and before.kind not in UNCHANGING:
            return None
    return None


_KERNELS = {
    "Conv2D": _convolution,
    "Conv2DTranspose": _transposed,
    "DepthwiseConv2D": _depthwise,
    "SeparableConv2D": _separable,
    "Dense": _dense,
}
