"""Layers that merge branches."""

from __future__ import annotations

from cnnviz.models.unrolled_graph import Step

from .nodes import Program, UnsupportedError, translates

_KINDS = {
    "Add": "add",
    "Subtract": "subtract",
    "Multiply": "multiply",
    "Average": "average",
    "Maximum": "maximum",
    "Minimum": "minimum",
}


@translates(*_KINDS)
def merge(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Translate an elementwise merge of two or more inputs, with broadcasting over axes of length 1."""
    if len(inputs) < 2:
        raise UnsupportedError(f"{step.kind} with a constant")
    shapes = [program.shape(number) for number in inputs]
    output = tuple(int(extent or 0) for extent in step.shapes[0][1:])
    for shape in shapes:
        spread = len(shape) == len(output) and all(n in (1, m) for n, m in zip(shape, output, strict=True))
        if shape != output and not (spread and shape[-1] == output[-1] and set(shape[:-1]) == {1}):
            raise UnsupportedError(f"{step.kind} of shapes {shapes}")
    return program.add("merge", inputs, output, kind=_KINDS[step.kind])


@translates("Concatenate")
def concatenate(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Translate concatenation along one axis."""
    output = tuple(int(extent or 0) for extent in step.shapes[0][1:])
    axis = int(step.operation.axis)
    axis = axis - 1 if axis >= 0 else len(output) + axis
    if axis < 0:
        raise UnsupportedError("concatenation along the batch")
    return program.add("concat", inputs, output, axis=axis)
