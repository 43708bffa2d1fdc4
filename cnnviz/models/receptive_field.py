"""Receptive fields of layers.

A field is propagated forward through the graph by the arithmetic of Araujo, Norris & Sim, "Computing Receptive Fields
of Convolutional Neural Networks" (Distill, 2019). None means the whole image, or unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .inactive_layers import INACTIVE
from .unrolled_graph import Graph, Slot, Step


@dataclass(frozen=True)
class Field:
    """Per axis (height, width), in input pixels: unit i sees ``size`` pixels from ``offset`` + i·``stride``."""

    size: tuple[float, float] = (1, 1)
    stride: tuple[float, float] = (1, 1)
    offset: tuple[float, float] = (0, 0)

    def windowed(self, window: tuple[int, int], step: tuple[int, int], before: tuple[float, float]) -> Field:
        """Slide a window over this layer's units, with ``before`` units of padding at the top and left."""
        axes = zip(self.size, self.stride, self.offset, window, step, before, strict=True)
        tall, wide = [(s + (w - 1) * d, d * t, o - b * d) for s, d, o, w, t, b in axes]
        return Field((tall[0], wide[0]), (tall[1], wide[1]), (tall[2], wide[2]))

    def shifted(self, units: tuple[float, float]) -> Field:
        """Move the first unit by a number of this layer's units."""
        top, left = (o + u * d for o, u, d in zip(self.offset, units, self.stride, strict=True))
        return Field(self.size, self.stride, (top, left))

    def united(self, other: Field) -> Field | None:
        """Return the smallest field that covers both; None if their strides differ."""
        if self.stride != other.stride:
            return None
        pairs = zip(self.offset, self.size, other.offset, other.size, strict=True)
        spans = [(min(a, c), max(a + b, c + d)) for a, b, c, d in pairs]
        return Field((spans[0][1] - spans[0][0], spans[1][1] - spans[1][0]), self.stride, (spans[0][0], spans[1][0]))


def receptive_fields(graph: Graph, image_shape: tuple[int, int, int]) -> Mapping[str, Field | None]:
    """Return the field of every step by its path, for images of (height, width, channels)."""
    fields: dict[Slot, Field | None] = {slot: Field() for slot in graph.inputs}
    shapes: dict[Slot, tuple[int | None, ...]] = {}
    by_path: dict[str, Field | None] = {}
    for step in graph.steps:
        made = _through(step, fields, shapes, image_shape)
        for slot, shape in zip(step.outputs, step.shapes, strict=True):
            fields[slot] = made if _is_map(shape) or _is_image(shape, image_shape) else None
            shapes[slot] = shape[1:]
        by_path[step.path] = fields[step.outputs[0]]
    return by_path


def _is_map(shape: tuple[int | None, ...]) -> bool:
    return len(shape) == 4


def _is_image(shape: tuple[int | None, ...], image_shape: tuple[int, int, int]) -> bool:
    """Whether a shape is that of a grayscale image without its channel axis."""
    return tuple(shape[1:]) == image_shape[:2]


def _through(
    step: Step,
    fields: Mapping[Slot, Field | None],
    shapes: Mapping[Slot, tuple[int | None, ...]],
    image_shape: tuple[int, int, int],
) -> Field | None:
    fed = [fields[slot] for slot in step.inputs]
    if not fed or any(field is None for field in fed):
        return None
    field = fed[0]
    if step.kind == "Reshape":
        # A flat input reshaped to an image: every unit is one pixel again.
        whole = tuple(step.shapes[0][1:])
        return Field() if field == Field() and whole in (image_shape, image_shape[:2]) else None
    for other in fed[1:]:
        field = field.united(other) if field is not None and other is not None else None
    if field is None or _mixes_places(step):
        return None
    if step.kind in _POINTWISE:
        return field
    rule = _WINDOWS.get(step.kind)
    if rule is None or getattr(step.operation, "data_format", "channels_last") == "channels_first":
        return None
    return rule(field, step.operation, shapes.get(step.inputs[0], image_shape))


def _mixes_places(step: Step) -> bool:
    """Whether a layer that usually works position by position is configured not to."""
    flat = not _is_map(step.shapes[0])
    if step.kind == "Dense":
        return flat  # it mixes the last axis, which is the width if there is no channel axis
    if step.kind in ("Concatenate", "LayerNormalization"):
        return flat or step.operation.axis not in (-1, 3, [-1], [3])
    return False


def pair(value: Any) -> tuple[int, int]:
    """Return a layer's size or stride along rows and columns."""
    return (value, value) if isinstance(value, int) else (int(value[0]), int(value[1]))


def before_padding(
    layer: Any, shape: tuple[int | None, ...], window: tuple[int, int], step: tuple[int, int]
) -> tuple[int, int]:
    """Return rows and columns that "same" padding adds at the top and left; an odd one goes to the other side."""
    if layer.padding != "same":
        return 0, 0
    extents = tuple(extent or 0 for extent in shape[:2])
    total = [max((-(-extent // s) - 1) * s + w - extent, 0) for extent, w, s in zip(extents, window, step, strict=True)]
    return total[0] // 2, total[1] // 2


def _convolution(field: Field, layer: Any, shape: tuple[int | None, ...]) -> Field:
    kernel, dilation, step = pair(layer.kernel_size), pair(layer.dilation_rate), pair(layer.strides)
    window = ((kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1)
    return field.windowed(window, step, before_padding(layer, shape, window, step))


def _pooling(field: Field, layer: Any, shape: tuple[int | None, ...]) -> Field:
    window, step = pair(layer.pool_size), pair(layer.strides)
    return field.windowed(window, step, before_padding(layer, shape, window, step))


def _zero_padding(field: Field, layer: Any, shape: tuple[int | None, ...]) -> Field:
    return field.shifted((-layer.padding[0][0], -layer.padding[1][0]))


def _cropping(field: Field, layer: Any, shape: tuple[int | None, ...]) -> Field:
    return field.shifted((layer.cropping[0][0], layer.cropping[1][0]))


_WINDOWS: Mapping[str, Callable[[Field, Any, tuple[int | None, ...]], Field]] = {
    "Conv2D": _convolution,
    "DepthwiseConv2D": _convolution,
    "SeparableConv2D": _convolution,
    "MaxPooling2D": _pooling,
    "AveragePooling2D": _pooling,
    "ZeroPadding2D": _zero_padding,
    "Cropping2D": _cropping,
}

# Layers and raw operations whose output units depend only on the units at the same position.
_POINTWISE = INACTIVE | frozenset(
    "Activation Add Average BatchNormalization Concatenate Dense ELU ExpandDims LayerNormalization LeakyReLU Maximum "
    "Minimum Multiply Normalization PReLU ReLU Relu Relu6 Rescaling Sigmoid Silu Softmax Subtract Tanh TrueDivide "
    "UnitNormalization".split()
)
