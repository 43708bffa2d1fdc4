"""Convolutions: plain, grouped, depthwise and separable, with stride, padding and dilation."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.models.unrolled_graph import Step

from .activation import activate
from .nodes import Program, UnsupportedError, channels_last, pair, translates


def _window(layer: Any, shape: tuple[int, ...]) -> dict[str, Any]:
    """Stride, dilation, and the rows and columns that "same" padding adds at the top and left."""
    kernel, stride, dilation = pair(layer.kernel_size), pair(layer.strides), pair(layer.dilation_rate)
    if layer.padding not in ("same", "valid"):
        raise UnsupportedError(f"padding {layer.padding!r}")
    spans = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    return {"stride": stride, "dilation": dilation, "before": before(layer.padding, shape, spans, stride)}


def before(
    padding: str, shape: tuple[int, ...], spans: list[int] | tuple[int, int], stride: tuple[int, int]
) -> tuple[int, int]:
    """Return the zeros before the first row and column; TensorFlow puts an odd one after the last."""
    if padding != "same":
        return 0, 0
    total = [max((-(-n // s) - 1) * s + w - n, 0) for n, w, s in zip(shape[:2], spans, stride, strict=True)]
    return total[0] // 2, total[1] // 2


def _output(step: Step) -> tuple[int, ...]:
    return tuple(int(extent or 0) for extent in step.shapes[0][1:])


def _bias(layer: Any, channels: int) -> np.ndarray:
    held = layer.bias if layer.use_bias else None
    return np.zeros(channels, np.float32) if held is None else held.numpy()


@translates("Conv2D")
def conv2d(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Kernel (height, width, inputs per group, outputs)."""
    channels_last(step)
    layer, shape = step.operation, _output(step)
    weights = {"kernel": layer.kernel.numpy(), "bias": _bias(layer, shape[2])}
    settings = _window(layer, program.shape(inputs[0])) | {"groups": int(layer.groups)}
    return activate(program, program.add("conv2d", inputs, shape, weights, **settings), layer)


@translates("DepthwiseConv2D")
def depthwise(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Kernel (height, width, inputs, multiplier); output channel = input · multiplier + which."""
    channels_last(step)
    layer, shape = step.operation, _output(step)
    weights = {"kernel": layer.kernel.numpy(), "bias": _bias(layer, shape[2])}
    number = program.add("depthwise", inputs, shape, weights, **_window(layer, program.shape(inputs[0])))
    return activate(program, number, layer)


@translates("SeparableConv2D")
def separable(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """A depthwise convolution and a 1×1 one, as two nodes."""
    channels_last(step)
    layer, shape = step.operation, _output(step)
    deep = layer.depthwise_kernel.numpy()
    between = deep.shape[2] * deep.shape[3]
    number = program.add(
        "depthwise",
        inputs,
        (*shape[:2], between),
        {"kernel": deep, "bias": np.zeros(between, np.float32)},
        **_window(layer, program.shape(inputs[0])),
    )
    weights = {"kernel": layer.pointwise_kernel.numpy(), "bias": _bias(layer, shape[2])}
    one = {"stride": (1, 1), "dilation": (1, 1), "before": (0, 0), "groups": 1}
    return activate(program, program.add("conv2d", [number], shape, weights, **one), layer)
