"""Layers that rearrange, pad or pass on values."""

from __future__ import annotations

from math import prod

from cnnviz.models.inactive_layers import INACTIVE, RESHAPING
from cnnviz.models.unrolled_graph import Step

from .nodes import Program, UnsupportedError, channels_last, pair, translates


@translates(*INACTIVE)
def identity(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Translate a layer that does nothing in inference, without a node."""
    return inputs[0]


@translates(*RESHAPING)
def reshape(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Translate a reshape, with values in the same order."""
    channels_last(step)
    shape = tuple(int(extent or 0) for extent in step.shapes[0][1:])
    if prod(shape) != prod(program.shape(inputs[0])):
        raise UnsupportedError("it reshapes the batch")
    return program.add("reshape", inputs, shape)


@translates("ZeroPadding2D")
def zero_padding(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Zeros around the maps."""
    channels_last(step)
    (top, _), (left, _) = step.operation.padding
    return _window(program, step, inputs, (-top, -left))


@translates("Cropping2D")
def cropping(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """The maps without their margins."""
    channels_last(step)
    (top, _), (left, _) = step.operation.cropping
    return _window(program, step, inputs, (top, left))


def _window(program: Program, step: Step, inputs: tuple[int, ...], origin: tuple[int, int]) -> int:
    """A window of the maps that may reach beyond them, where there are zeros."""
    return program.add("window", inputs, tuple(int(extent or 0) for extent in step.shapes[0][1:]), origin=origin)


@translates("UpSampling2D")
def up_sampling(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Each value repeated."""
    channels_last(step)
    if step.operation.interpolation != "nearest":
        raise UnsupportedError(f"{step.operation.interpolation} upsampling")
    shape = tuple(int(extent or 0) for extent in step.shapes[0][1:])
    return program.add("repeat", inputs, shape, times=pair(step.operation.size))
