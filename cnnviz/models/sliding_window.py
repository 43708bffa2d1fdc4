"""How layers slide a window over the units that they read: its size, its step, and the padding around these units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .unrolled_graph import Step

Pair = tuple[int, int]
Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class SlidingWindow:
    """Per axis (height, width): output i reads ``size`` units, from i · ``step`` − ``before`` on.

    ``padded`` says whether it reads beyond the units that exist, where a convolution finds zeros.
    """

    size: Pair = (1, 1)
    step: Pair = (1, 1)
    before: Pair = (0, 0)
    padded: bool = False


def sliding_window(step: Step, shape: Shape) -> SlidingWindow | None:
    """Return the window of a step that reads units of ``shape`` (height, width, channels); None for other layers."""
    make = _WINDOWS.get(step.kind)
    if make is None or getattr(step.operation, "data_format", "channels_last") == "channels_first":
        return None
    return make(step.operation, shape)


def _convolution(layer: Any, shape: Shape) -> SlidingWindow:
    kernel, dilation = pair(layer.kernel_size), pair(layer.dilation_rate)
    size = ((kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1)
    return _padded_by_name(layer, shape, size, pair(layer.strides))


def _pooling(layer: Any, shape: Shape) -> SlidingWindow:
    return _padded_by_name(layer, shape, pair(layer.pool_size), pair(layer.strides))


def _zero_padding(layer: Any, shape: Shape) -> SlidingWindow:
    return SlidingWindow(before=(layer.padding[0][0], layer.padding[1][0]), padded=True)


def _cropping(layer: Any, shape: Shape) -> SlidingWindow:
    return SlidingWindow(before=(-layer.cropping[0][0], -layer.cropping[1][0]))


def _padded_by_name(layer: Any, shape: Shape, size: Pair, step: Pair) -> SlidingWindow:
    """Return a window with "valid" or "same" padding, whose odd row or column goes to the bottom or right."""
    total = same_padding(layer, shape, size, step)
    return SlidingWindow(size, step, (total[0] // 2, total[1] // 2), any(total))


def before_padding(layer: Any, shape: Shape, size: Pair, step: Pair) -> Pair:
    """Return rows and columns that "same" padding adds at the top and left; an odd one goes to the other side."""
    total = same_padding(layer, shape, size, step)
    return total[0] // 2, total[1] // 2


def same_padding(layer: Any, shape: Shape, size: Pair, step: Pair) -> Pair:
    """Return rows and columns that a layer's padding adds on both sides together; none if it is "valid"."""
    if layer.padding != "same":
        return 0, 0
    extents = tuple(extent or 0 for extent in shape[:2])
    rows, columns = (
        max((-(-extent // s) - 1) * s + w - extent, 0) for extent, w, s in zip(extents, size, step, strict=True)
    )
    return rows, columns


def pair(value: Any) -> Pair:
    """Return a layer's size or stride along rows and columns."""
    return (value, value) if isinstance(value, int) else (int(value[0]), int(value[1]))


_WINDOWS: Mapping[str, Callable[[Any, Shape], SlidingWindow]] = {
    "Conv2D": _convolution,
    "DepthwiseConv2D": _convolution,
    "SeparableConv2D": _convolution,
    "MaxPooling2D": _pooling,
    "AveragePooling2D": _pooling,
    "ZeroPadding2D": _zero_padding,
    "Cropping2D": _cropping,
}
