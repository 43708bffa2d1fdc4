"""Detection of a model's own pixel-scaling layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from .unrolled_graph import Graph, Slot, Step

#: Only so many of a model's first steps are searched.
_FIRST = 6


def scaling_step(graph: Graph) -> str | None:
    """Return the path of a step near the input that scales 0…255 down to small numbers, or None.

    It is a Rescaling or a Normalization layer, or arithmetic with a constant, such as ``inputs / 255`` in a graph.
    """
    pixels = set(graph.inputs)
    for step in graph.steps[:_FIRST]:
        if _is_scaling_layer(step) or (pixels.issuperset(step.inputs) and _is_scaling(step)):
            return step.path
        if pixels.issuperset(step.inputs) and (step.kind in _KEEPS | _ARITHMETIC or step.kind.startswith("Random")):
            pixels.update(step.outputs)
    return None


_KEEPS = frozenset("Cast Flatten Flip GetItem Identity Permute Reshape Resizing ZeroPadding2D".split())
_ARITHMETIC = frozenset("Add Divide Multiply Subtract TrueDivide".split())


def _is_scaling_layer(step: Step) -> bool:
    if step.kind == "Rescaling":
        return float(np.abs(np.asarray(step.operation.scale)).max()) < 0.05
    return step.kind == "Normalization" and float(np.abs(np.asarray(step.operation.mean)).max()) > 1.5


def _is_scaling(step: Step) -> bool:
    constant = _constant(step)
    if constant is None:
        return False
    if step.kind in ("TrueDivide", "Divide"):
        return isinstance(step.args[0], Slot) and constant > 20
    if step.kind == "Multiply":
        return 0 < constant < 0.05
    return step.kind in ("Subtract", "Add") and constant > 1.5


def _constant(step: Step) -> float | None:
    """Return the largest absolute value of a constant, the only one among a step's two arguments; else None."""
    if len(step.args) != 2 or len(step.inputs) != 1:
        return None
    return _largest(next((value for value in step.args if not isinstance(value, Slot)), None))


def _largest(value: Any) -> float | None:
    try:
        figures = np.abs(np.asarray(value, np.float64))
    except (TypeError, ValueError):
        return None
    return float(figures.max()) if figures.size else None
