"""Runs of a network on images with one hidden patch, in which only what a patch reaches is computed.

Each image runs whole once. Of a copy, a layer computes the window of cells that the patch reaches, from the copy's
window of the layer before and from the image's own activations around it. Where a window would be most of a map, or a
layer mixes places, the window is put into the image's own maps and the rest of the network runs as it is. Values are
those of the plain way to rounding (tests/models/test_patch_windows.py); see ADR 13.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .batch_size import LARGEST, RESULT
from .changed_windows import Span, Spans, Windowed, cost_in_windows, values_in_windows, windowed_steps
from .import_tensorflow import tensorflow
from .perturbed_scores import MadeOf, Perturbing, Ran
from .unrolled_graph import Graph, Slot, execute

if TYPE_CHECKING:
    from .runner import Runner

#: Windows are used where a copy costs at most this share of a plain one.
WORTH_IT = 0.75
#: Fewer copies of an image than these would not pay for running it whole.
COPIES_OF_ONE = 16


def patch_windows(runner: Runner, down: np.ndarray, across: np.ndarray, of: str | None = None) -> PatchWindows | None:
    """Return the run in windows of patches, or None where the plain way is the one to take.

    ``down`` is bool (places, height), the rows that a patch hides, and ``across`` the columns; ``of`` is the path of
    the layer that is read, None for the logits.
    """
    if len(runner.input_shape) != 3 or runner.tables or len(runner.graph.inputs) != 1:
        return None
    key = ("patch windows", down.tobytes(), across.tobytes(), down.shape, across.shape, of)
    found: PatchWindows = runner.cached(key, lambda: _prepared(runner, down, across, of))
    return found if found.cost <= WORTH_IT else None


def _prepared(runner: Runner, down: np.ndarray, across: np.ndarray, of: str | None) -> PatchWindows:
    graph = runner.fed((), runner.head.replace, () if of is None else (of,))
    read = runner.head.slot if of is None else graph.step(of).outputs[0]
    graph = graph.towards(read)
    spans = (_hidden(down), _hidden(across))
    windowed = windowed_steps(graph, spans, runner.head.replace)
    portion = max(runner.portion, min(LARGEST, RESULT // (4 * values_in_windows(graph, windowed))))
    return PatchWindows(spans, portion, cost_in_windows(graph, windowed) if windowed else 1.0)


def _hidden(cover: np.ndarray) -> Span:
    first = cover.argmax(axis=1)
    return Span(first, first + cover.sum(axis=1), cover.shape[1])


@dataclass(frozen=True, eq=False)
class PatchWindows(Perturbing):
    """A run in windows, for perturbed_scores.py; ``spans`` are the rows and columns that patches hide.

    ``portion`` is the most copies at once, and ``cost`` the estimated cost of a copy over that of a plain one.
    """

    spans: Spans
    portion: int
    cost: float

    def at_once(self, runner: Runner) -> int:
        """Return the most copies that are run at once."""
        return self.portion

    def images_at_once(self, runner: Runner) -> int:
        """Return the most images that these are made from, whose activations are all held."""
        return max(1, self.portion // COPIES_OF_ONE)

    def run(self, runner: Runner, graph: Graph, made_of: MadeOf, taps: Sequence[str]) -> Ran:
        """Return the outputs and taps of the network for copies of images.

        They are made of the inputs and the fill of images, the numbers of rows and of columns of the copies' patches,
        and what each of these hides.
        """
        replace = runner.head.replace
        images, owners, own, shared = made_of
        windowed = windowed_steps(graph, self.spans, replace)
        # What nobody reads of these is pruned from the compiled function.
        _, unchanged = graph.run([images[0]], list(windowed), replace)
        copies = _Copies(owners, own)
        start = graph.inputs[0]
        windows = {start: _Window(images[0], self.spans, copies, copies.patched(images, self.spans, shared))}
        whole: dict[int, Any] = {}
        tapped: dict[str, Any] = {}

        def at(slot: Slot) -> Any:
            if slot.index not in whole:
                whole[slot.index] = windows[slot].whole
            return whole[slot.index]

        for step in graph.steps:
            one = windowed.get(step.path)
            if one is None:
                for slot in step.inputs:
                    at(slot)
                execute((step,), whole, (), replace)
            else:
                values = _computed(one, [windows[slot] for slot in step.inputs])
                windows[step.outputs[0]] = _Window(unchanged[step.path], one.spans, copies, values)
            if step.path in taps:
                tapped[step.path] = at(step.outputs[0])
        return [at(slot) for slot in graph.outputs], tapped


def _computed(one: Windowed, read: Sequence[_Window]) -> Any:
    """Return a step's values in its window."""
    if one.sliding is not None:
        starts, sizes = one.sliding.read_by(one.spans)
        return one.sliding.run(read[0].around(starts, sizes, one.sliding.outside))
    starts, sizes = [span.start for span in one.spans], [span.size for span in one.spans]
    values = {slot.index: window.around(starts, sizes) for slot, window in zip(one.step.inputs, read, strict=True)}
    execute((one.step,), values)
    return values[one.step.outputs[0].index]


class _Copies:
    """Which image each copy is made from, and where its patch is; tensors (m,)."""

    def __init__(self, owners: Any, places: Sequence[Any]) -> None:
        self.owners, self.places = owners, places
        self.count = tensorflow().shape(owners)[0]

    def starts(self, starts: Sequence[np.ndarray]) -> list[Any]:
        """Return the starts of rows and columns for each copy, from those for each place."""
        tf = tensorflow()
        return [tf.gather(tf.constant(one), place) for one, place in zip(starts, self.places, strict=True)]

    def patched(self, images: Sequence[Any], spans: Spans, hides: Sequence[Any]) -> Any:
        """Return the copies' inputs within their patches' windows."""
        tf = tensorflow()
        starts = self.starts([span.start for span in spans])
        places = [one[:, None] + tf.range(span.size) for one, span in zip(starts, spans, strict=True)]
        hidden = [
            tf.gather(tf.gather(hide, number), place, batch_dims=1)
            for hide, number, place in zip(hides, self.places, places, strict=True)
        ]
        inputs, fill = (tf.gather(_cells(array), self.cells(places, spans)) for array in images)
        return tf.where(tf.logical_and(hidden[0][:, :, None], hidden[1][:, None, :])[..., None], fill, inputs)

    def cells(self, places: Sequence[Any], spans: Spans) -> Any:
        """Return the numbers of cells (m, rows, columns) among those of all images, row by row."""
        rows, columns = places
        line = self.owners[:, None] * spans[0].extent + rows
        return line[:, :, None] * spans[1].extent + columns[:, None, :]


def _cells(maps: Any) -> Any:
    """Return maps (n, h, w, c) as one row for each cell."""
    tf = tensorflow()
    return tf.reshape(maps, (-1, maps.shape[-1]))


@dataclass(frozen=True, eq=False)
class _Window:
    """The part of a layer's maps that differs between an image and its copies.

    ``unchanged`` are the images' maps, and ``values`` the copies' in the windows of ``spans``.
    """

    unchanged: Any
    spans: Spans
    copies: _Copies
    values: Any

    @cached_property
    def whole(self) -> Any:
        """The copies' whole maps."""
        zero = np.zeros(len(self.spans[0].first), np.int32), np.zeros(len(self.spans[1].first), np.int32)
        return self.around(zero, [span.extent for span in self.spans])

    def around(self, starts: Sequence[np.ndarray], sizes: Sequence[int], outside: float = 0.0) -> Any:
        """Return the copies' maps from ``starts``, for each place, in ``sizes``; ``outside`` is what padding holds."""
        tf = tensorflow()
        spans = self.spans
        own = [span.start for span in spans]
        if all(np.array_equal(a, b) for a, b in zip(starts, own, strict=True)) and list(sizes) == [
            span.size for span in spans
        ]:
            return self.values
        places = [one[:, None] + tf.range(size) for one, size in zip(self.copies.starts(starts), sizes, strict=True)]
        inner = [place - one[:, None] for place, one in zip(places, self.copies.starts(own), strict=True)]
        changed = _both(*(_within(place, span.size) for place, span in zip(inner, spans, strict=True)))
        line = tf.range(self.copies.count)[:, None] * spans[0].size + inner[0]
        in_window = line[:, :, None] * spans[1].size + inner[1][:, None, :]
        unchanged, values = _cells(self.unchanged), _cells(self.values)
        first = tf.shape(unchanged)[0]
        index = tf.where(changed, first + in_window, self.copies.cells(places, spans))
        table = [unchanged, values]
        padded = any(
            one.min() < 0 or (one + size).max() > span.extent
            for one, size, span in zip(starts, sizes, spans, strict=True)
        )
        if padded:
            inside = _both(*(_within(place, span.extent) for place, span in zip(places, spans, strict=True)))
            index = tf.where(inside, index, first + tf.shape(values)[0])
            table.append(tf.fill((1, values.shape[-1]), tf.cast(outside, values.dtype)))
        return tf.gather(tf.concat(table, 0), index)


def _within(place: Any, extent: int) -> Any:
    return tensorflow().logical_and(place >= 0, place < extent)


def _both(rows: Any, columns: Any) -> Any:
    return tensorflow().logical_and(rows[:, :, None], columns[:, None, :])
