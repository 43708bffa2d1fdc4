"""Receptive fields of layers.

A field is propagated forward through the graph by the arithmetic of Araujo, Norris & Sim, "Computing Receptive Fields
of Convolutional Neural Networks" (Distill, 2019). None means the whole image, or unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .inactive_layers import INACTIVE
from .sliding_window import sliding_window
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
    if field is None or mixes_places(step):
        return None
    if step.kind in POINTWISE:
        return field
    window = sliding_window(step, shapes.get(step.inputs[0], image_shape))
    return None if window is None else field.windowed(window.size, window.step, window.before)


def mixes_places(step: Step) -> bool:
    """Return whether a layer that usually works position by position is configured not to."""
    flat = not _is_map(step.shapes[0])
    if step.kind == "Dense":
        return flat  # it mixes the last axis, which is the width if there is no channel axis
    if step.kind in ("Concatenate", "LayerNormalization"):
        return flat or step.operation.axis not in (-1, 3, [-1], [3])
    return False


#: Layers and raw operations whose output units depend only on the units at the same position.
POINTWISE = INACTIVE | frozenset(
    "Activation Add Average BatchNormalization Concatenate Dense ELU ExpandDims LayerNormalization LeakyReLU Maximum "
    "Minimum Multiply Normalization PReLU ReLU Relu Relu6 Rescaling Sigmoid Silu Softmax Subtract Tanh TrueDivide "
    "UnitNormalization".split()
)
