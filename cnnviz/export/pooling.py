"""Pooling over windows and over whole maps."""

from __future__ import annotations

from cnnviz.models.unrolled_graph import Step

from .convolution import before
from .nodes import Program, UnsupportedError, channels_last, pair, translates


@translates("MaxPooling2D", "AveragePooling2D")
def pool(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Translate max or average pooling; padding does not count."""
    channels_last(step)
    layer = step.operation
    window, stride = pair(layer.pool_size), pair(layer.strides)
    shape = program.shape(inputs[0])
    return program.add(
        "maxpool" if step.kind == "MaxPooling2D" else "avgpool",
        inputs,
        tuple(int(extent or 0) for extent in step.shapes[0][1:]),
        window=window,
        stride=stride,
        before=before(layer.padding, shape, window, stride),
    )


@translates("GlobalMaxPooling2D", "GlobalAveragePooling2D")
def global_pool(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Translate global max or average pooling, with or without the axes of length 1."""
    channels_last(step)
    shape = program.shape(inputs[0])
    if len(shape) != 3:
        raise UnsupportedError("global pooling without maps")
    return program.add(
        "maxpool" if step.kind == "GlobalMaxPooling2D" else "avgpool",
        inputs,
        (1, 1, shape[2]) if step.operation.keepdims else (shape[2],),
        window=shape[:2],
        stride=(1, 1),
        before=(0, 0),
    )
