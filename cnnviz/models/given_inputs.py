"""The inputs of a network besides its image: one value for every image, or a row for each (docs/adr/0011)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cnnviz.core.errors import ModelError, UnknownNameError, UsageError

from .import_tensorflow import tensorflow
from .unrolled_graph import Graph, Slot, Step

#: Values by the name of the input: a number, an array of the input's shape, or rows (n, *shape), one for each image.
GivenInputs = Mapping[str, Any]


#: Rows (n, *shape), one for each image of a set, by the path of the step that feeds them.
Tables = Mapping[str, np.ndarray]


def with_given_inputs(graph: Graph, given: GivenInputs, model: str) -> tuple[Graph, Tables, tuple[str, ...]]:
    """Return the graph of the one input that is not given, tables of rows for each image, and a note for each input.

    The others are constants of the graph; in place of rows it has their mean, see ``fed``. ModelError if not exactly
    one input is left for the image, UsageError for values that do not fit their input.
    """
    shapes = {name: shape[1:] for name, shape in graph.taken}
    for name in given:
        if name not in shapes and len(shapes) == 1:
            raise UsageError(f"{model!r} takes one input, its image, and no {name!r}; give no other inputs")
        if name not in shapes:
            # The image's own input has the most axes, and is no choice.
            raise UnknownNameError("input", name, sorted(shapes, key=lambda one: len(shapes[one]))[:-1])
    left = [place for place, (name, _) in enumerate(graph.taken) if name not in given]
    if len(left) != 1:
        raise ModelError(_one_image(shapes, given, model))
    image = graph.inputs[left[0]]
    steps, notes = [], []
    tables: dict[str, np.ndarray] = {}
    for slot, (name, _) in zip(graph.inputs, graph.taken, strict=True):
        if name in given:
            value, how = _value(given[name], shapes[name], name)
            if value.ndim > len(shapes[name]):
                tables[name] = value
                value = value.mean(axis=0)
                notes.append(f"its input {name!r} is row i of {how} for image i, counted from 0")
            else:
                notes.append(f"its input {name!r} is {how} for every image")
            steps.append(_constant(name, value, slot, image))
    left_over = replace(graph, steps=(*steps, *graph.steps), inputs=(image,), taken=(graph.taken[left[0]],))
    return left_over, tables, tuple(notes)


def fed(graph: Graph, paths: Sequence[str], rows: Sequence[Any]) -> Graph:
    """Return the graph with tensors of rows in place of the constants at these paths."""
    if not paths:
        return graph
    held = dict(zip(paths, rows, strict=True))
    return replace(
        graph, steps=tuple(replace(s, operation=_Row(held[s.path])) if s.path in held else s for s in graph.steps)
    )


class _Row:
    """An operation that returns a tensor, whatever the images."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows

    def __call__(self, images: Any) -> Any:
        return self.rows


def _one_image(shapes: Mapping[str, tuple[int | None, ...]], given: GivenInputs, model: str) -> str:
    listed = ", ".join(f"{name!r} {_by(shape)}" for name, shape in shapes.items())
    if len(given) == len(shapes):
        return f"{model!r} takes {listed}: all are given, and none is left for the image"
    # The image has the most axes.
    others = sorted((name for name in shapes if name not in given), key=lambda name: len(shapes[name]))[:-1]
    option = " ".join(f"--input {name}=0" for name in others)
    python = ", ".join(f"{name!r}: 0" for name in others)
    return (
        f"{model!r} takes {len(shapes)} inputs, {listed}; give all but the image: {option}, or a .npy or .npz file "
        f"in place of 0, in Python cnnviz.wrap(model, inputs={{{python}}})"
    )


def _value(value: Any, shape: tuple[int | None, ...], name: str) -> tuple[np.ndarray, str]:
    """Return the float32 array for one image or rows for several, and what it is in words."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiub" or not np.isfinite(array.astype(np.float64)).all():
        raise UsageError(f"the value of the input {name!r} must be finite numbers")
    array = array.astype(np.float32)
    if array.ndim == 0 and None not in shape:
        return np.full([extent or 1 for extent in shape], array), f"{float(array):g}"
    rows = array.ndim == len(shape) + 1 and len(array) > 0
    if not _fits(array.shape[1:] if rows else array.shape, shape):
        raise UsageError(f"the input {name!r} takes {_by(shape)}, not {_by(array.shape)}")
    if rows and len(array) > 1:
        return array, f"{len(array):,}"
    return array[0] if rows else array, f"a given array {_by(shape)}"


def _fits(found: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(found) == len(wanted) and all(b in (None, a) for a, b in zip(found, wanted, strict=True))


def _by(shape: tuple[int | None, ...]) -> str:
    return f"({', '.join('?' if extent is None else str(extent) for extent in shape)})"


def _constant(name: str, value: np.ndarray, slot: Slot, image: Slot) -> Step:
    """Return a step that repeats a value for each image of a batch. It reads their number alone, no pixels."""
    import keras

    tf = tensorflow()

    class GivenInput(keras.layers.Layer):  # type: ignore[misc]
        """The value of an input, for every image."""

        def call(self, images: Any) -> Any:
            return tf.repeat(tf.constant(value[None]), tf.shape(images)[0], axis=0)

    return Step(name, GivenInput(name=name, dtype="float32"), (image,), {}, (slot,), ((None, *value.shape),), ())
