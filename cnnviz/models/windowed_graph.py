"""A network on the part of an image that one cell of a layer depends on, with the values that the whole image gives.

Every layer computes only the window of units that the cell rests on. All cells of a layer have windows of one size, so
that cells anywhere in any image run together. Where a window reaches beyond what a layer has, its units are set to what
the next layer's padding puts there: zeros, or for a max-pool values below all others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .import_tensorflow import tensorflow
from .receptive_field import POINTWISE, Field, mixes_places
from .sliding_window import Shape, SlidingWindow, sliding_window
from .unrolled_graph import Graph, Slot, Step

#: Windows above this share of the image are not worth a network of their own.
MOST_OF_IMAGE = 0.6


@dataclass(frozen=True, eq=False)
class WindowedGraph:
    """``graph`` takes windows of images (n, *size, channels) and the cells (n, 2) int32 that they belong to.

    It returns the layer's values at these cells, (n, 1, 1, channels). The window of the cell at a row and column begins
    at ``offset`` + its number · ``stride``, before the image or behind it too; pixels there have any value.
    """

    graph: Graph
    size: tuple[int, int]
    stride: tuple[int, int]
    offset: tuple[int, int]

    def cut(self, inputs: np.ndarray, of: np.ndarray, cells: np.ndarray) -> np.ndarray:
        """Return the windows (k, *size, channels) of ``cells`` (k, 2) in the inputs at positions ``of`` (k,)."""
        made = np.zeros((len(of), *self.size, inputs.shape[3]), inputs.dtype)
        for window, at, (top, left) in zip(made, of, self.begin(cells), strict=True):
            rows, columns = (slice(max(0, -start), None) for start in (top, left))
            seen = inputs[at, max(0, top) : max(0, top + self.size[0]), max(0, left) : max(0, left + self.size[1])]
            window[rows, columns][: seen.shape[0], : seen.shape[1]] = seen
        return made

    def begin(self, cells: np.ndarray) -> np.ndarray:
        """Return the first row and column of the windows of cells, (k, 2)."""
        return np.asarray(np.array(self.offset) + cells.astype(np.int64) * np.array(self.stride))


def windowed_graph(graph: Graph, path: str, image_shape: tuple[int, ...]) -> WindowedGraph | None:
    """Return the network of one cell of the layer at ``path``; None where its windows are unknown or most of the image.

    ``image_shape`` is that of the model's input, (height, width, channels).
    """
    target = graph.step(path).outputs[0]
    graph = graph.towards(target)
    if len(image_shape) != 3 or len(graph.inputs) != 1 or len(graph.step(path).shapes[0]) != 4:
        return None
    shapes: dict[Slot, Shape] = {graph.inputs[0]: image_shape}
    shapes |= {slot: shape[1:] for step in graph.steps for slot, shape in zip(step.outputs, step.shapes, strict=True)}
    windows = {step.path: _window_of(step, shapes) for step in graph.steps}
    fields = _fields(graph, target, windows)
    if fields is None or graph.inputs[0] not in fields:
        return None
    seen = fields[graph.inputs[0]]
    if np.prod(seen.size) > MOST_OF_IMAGE * np.prod(image_shape[:2]):
        return None
    cells = Slot(1 + max(slot.index for slot in shapes))
    made = _Windowing(fields, shapes, cells)
    steps = [one for step in graph.steps for one in made.steps_for(step, windows[step.path])]
    size, stride, offset = ((int(pair[0]), int(pair[1])) for pair in (seen.size, seen.stride, seen.offset))
    return WindowedGraph(Graph(tuple(steps), (graph.inputs[0], cells), (target,)), size, stride, offset)


def _window_of(step: Step, shapes: Mapping[Slot, Shape]) -> SlidingWindow | None:
    """Return how a step reads its inputs: by itself a window of one unit; None where this is unknown."""
    read = [shapes[slot] for slot in step.inputs]
    if not read or not step.is_keras or any(len(shape) != 3 or None in shape for shape in (*read, step.shapes[0][1:])):
        return None
    if step.kind not in POINTWISE:
        window = sliding_window(step, read[0])
        # An average counts only the units that exist, whose number differs from cell to cell.
        return None if window is not None and window.padded and step.kind == "AveragePooling2D" else window
    axis = getattr(step.operation, "axis", -1)
    by_channel = all(one in (-1, 3) for one in (axis if isinstance(axis, list | tuple) else [axis]))
    known = by_channel and not mixes_places(step) and _same_everywhere(step) and len({shape[:2] for shape in read}) == 1
    return SlidingWindow() if known else None


def _same_everywhere(step: Step) -> bool:
    """Whether a layer that works unit by unit has one weight for all places."""
    import keras

    own = [_shape(value) for name, value in vars(step.operation).items() if name[0] != "_"]
    given = [_shape(leaf) for leaf in keras.tree.flatten([step.args, dict(step.kwargs)])]
    # A kernel of a dense layer has two axes, neither of which is a place.
    return not any(set(shape[-3:-1]) - {1} for shape in [shape for shape in own if len(shape) > 2] + given)


def _shape(value: Any) -> tuple[int, ...]:
    """Return the shape of an array, a variable or a list of numbers, () of anything else."""
    if isinstance(value, list | tuple):
        try:
            return np.asarray(value, np.float64).shape
        except (TypeError, ValueError):
            return ()
    try:
        # TensorFlow's own shapes are no tuples.
        return tuple(getattr(value, "shape", ()))
    except (TypeError, ValueError):
        return ()


def _fields(graph: Graph, target: Slot, windows: Mapping[str, SlidingWindow | None]) -> dict[Slot, Field] | None:
    """Return which units of each slot a cell of the target rests on; None where a step's window is unknown."""
    fields = {target: Field()}
    for step in reversed(graph.steps):
        window, own = windows[step.path], fields.get(step.outputs[0])
        if window is None or own is None or len(step.outputs) > 1:
            return None
        for slot in step.inputs:
            read = _read(own, window)
            united = fields[slot].united(read) if slot in fields else read
            if united is None:
                return None
            fields[slot] = united
    return fields


def _read(field: Field, window: SlidingWindow) -> Field:
    """Return the units that a window reads for those of a field."""
    axes = zip(field.size, field.stride, field.offset, window.size, window.step, window.before, strict=True)
    tall, wide = [((s - 1) * t + w, d * t, o * t - b) for s, d, o, w, t, b in axes]
    return Field((tall[0], wide[0]), (tall[1], wide[1]), (tall[2], wide[2]))


class _Windowing:
    """Makes the steps of a windowed graph."""

    def __init__(self, fields: Mapping[Slot, Field], shapes: Mapping[Slot, Shape], cells: Slot) -> None:
        self.fields, self.shapes, self.cells = fields, shapes, cells
        self.next = cells.index

    def steps_for(self, step: Step, window: SlidingWindow | None) -> list[Step]:
        """Return what cuts the inputs of a step to its own windows, and the step on these."""
        import keras

        assert window is not None
        field = self.fields[step.outputs[0]]
        read = _read(field, window)
        made, cut = [], {}
        for slot in dict.fromkeys(step.inputs):
            whole = self.fields[slot]
            skipped = tuple(int(a - b) for a, b in zip(read.offset, whole.offset, strict=True))
            if window.padded or read != whole:
                self.next += 1
                cut[slot] = Slot(self.next)
                operation = _cut(skipped, read, self.shapes[slot][:2] if window.padded else None, _outside(step))
                shape = (None, *(int(x) for x in read.size), self.shapes[slot][2])
                path = f"{step.path} reads {slot.index}"
                made.append(Step(path, operation, (slot, self.cells), {}, (cut[slot],), (shape,), (slot, self.cells)))

        def filled(leaf: Any) -> Any:
            return cut.get(leaf, leaf) if isinstance(leaf, Slot) else leaf

        args = keras.tree.map_structure(filled, step.args)
        kwargs = keras.tree.map_structure(filled, dict(step.kwargs))
        inputs = tuple(cut.get(slot, slot) for slot in step.inputs)
        shape = (None, *(int(x) for x in field.size), step.shapes[0][-1])
        operation = _unpadded(step)
        made.append(replace(step, operation=operation, args=args, kwargs=kwargs, inputs=inputs, shapes=(shape,)))
        return made


def _outside(step: Step) -> float:
    """Return what a step finds beyond the units that it reads."""
    return -np.inf if step.kind == "MaxPooling2D" else 0.0


def _unpadded(step: Step) -> Callable[..., Any]:
    """Return the operation of a step without its padding, with the layer's current weights."""
    layer = step.operation
    if step.kind in ("ZeroPadding2D", "Cropping2D"):
        return lambda x: x
    if getattr(layer, "padding", "valid") == "valid":
        bare = layer
    else:
        # The same object under another setting: it shares the weights, and its class, by which rules know it.
        bare = object.__new__(type(layer))
        bare.__dict__.update(layer.__dict__ | {"padding": "valid"})
    # A plain function is no pool whose gradient would be measured: these are too small to matter.
    return (lambda x: bare(x)) if step.kind in ("MaxPooling2D", "AveragePooling2D") else bare


def _cut(skipped: Sequence[int], read: Field, within: Shape | None, outside: float) -> Callable[..., Any]:
    """Return an operation that cuts a window out of a larger one, with ``outside`` for units not ``within`` the layer.

    ``skipped`` are the rows and columns before it, and ``within`` the layer's height and width.
    """
    tf = tensorflow()
    tall, wide = (int(extent) for extent in read.size)

    def cut(values: Any, cells: Any) -> Any:
        seen = values[:, skipped[0] : skipped[0] + tall, skipped[1] : skipped[1] + wide]
        if within is None:
            return seen
        inside = []
        for axis, extent in enumerate((tall, wide)):
            first = cells[:, axis : axis + 1] * int(read.stride[axis]) + int(read.offset[axis])
            units = first + tf.range(extent)[None]
            inside.append(tf.logical_and(units >= 0, units < within[axis]))
        known = inside[0][:, :, None, None] & inside[1][:, None, :, None]
        return tf.where(known, seen, tf.cast(outside, seen.dtype))

    return cut
