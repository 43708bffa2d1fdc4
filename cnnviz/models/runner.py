"""Compiled runs of a model's graph, from arrays of inputs to arrays of results."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cnnviz.core.errors import UsageError

from .batch_size import portion_for, portions
from .bfloat16 import Precision, in_bfloat16
from .folded_graph import folded
from .given_inputs import Tables, fed
from .gradients import GradientResult, GradientSpec, make_gradient_function, result_of
from .head import Head, find_head
from .head_kind import HeadRequest
from .import_tensorflow import refuse_after_fork, tensorflow
from .row_numbers import refuse_rows
from .shapes import refuse_huge
from .tensor_function import collected, compile_function
from .unrolled_graph import Graph, Slot

#: The number of a row that goes with a blank input.
_FIRST = np.zeros(1, np.int64)


class Runner:
    """The compiled functions of one model, created on first use and cached.

    All take float32 inputs of shape (n, *input_shape) for any n, compute them in portions that suit the processor, and
    run in inference mode with the model's current weights. It has no notion of images, pixels or scales. With
    ``tables`` of a further input's rows, all need the ``numbers`` (n,) of the row that goes with each input.
    """

    def __init__(
        self,
        graph: Graph,
        input_shape: tuple[int, ...],
        output: Slot | None = None,
        asked: HeadRequest | None = None,
        tables: Tables | None = None,
    ) -> None:
        self.input_shape = input_shape
        self.graph = _with_known_shapes(graph, input_shape)
        refuse_huge(self.graph)
        self.head: Head = find_head(self.graph, output or self.graph.outputs[0], input_shape, asked)
        self.portion = portion_for(self.graph)
        self.tables = {path: rows for path, rows in (tables or {}).items() if any(s.path == path for s in graph.steps)}
        self.precision: Precision = "float32"
        self._compiled: dict[Any, Any] = {}

    def forward(
        self, inputs: np.ndarray, taps: Sequence[str] = (), numbers: np.ndarray | None = None
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return logits (n, classes) and the output of each tapped path, float32, as the model computes them."""
        if not len(inputs):
            # Convolutions of oneDNN, which TensorFlow uses on some processors, reject an empty batch.
            logits, tapped = self.forward(self._one_blank, taps, _FIRST)
            return logits[:0], [values[:0] for values in tapped]
        taps = tuple(taps)
        function = self.cached(("forward", taps), lambda: self._make_forward(taps))
        rows = self.rows_of(numbers, len(inputs))
        logits, *tapped = collected(
            len(inputs),
            ((p, function(inputs[p], *(one[p] for one in rows))) for p in portions(len(inputs), self.portion)),
        )
        return logits, tapped

    def gradients(
        self,
        spec: GradientSpec,
        inputs: np.ndarray,
        given: np.ndarray | None = None,
        numbers: np.ndarray | None = None,
    ) -> GradientResult:
        """Return the scores of a spec, with their gradients; see gradients.py.

        ``given`` is float32 (n, classes) for the seed "given", int32 (n,) channels for "peak", int32 (n, 2) cells and
        channels for "cell", float32 (n, cells) weights for "region".
        """
        function = self.cached(spec, lambda: make_gradient_function(self, spec))
        if given is None:
            given = np.zeros(len(inputs), np.int32)
        if not len(inputs):
            one = self.gradients(spec, self._one_blank, np.zeros((1, *given.shape[1:]), given.dtype), _FIRST)
            return one.first(0)
        rows = self.rows_of(numbers, len(inputs))
        parts = portions(len(inputs), self.gradient_portion(spec.at))
        made = collected(len(inputs), ((p, function(inputs[p], given[p], *(one[p] for one in rows))) for p in parts))
        return result_of(spec, inputs, made)

    def gradient_portion(self, at: Sequence[str]) -> int:
        """Return how many images a gradient at these paths is computed for at once."""
        return min(self.portion, int(self.cached(("portion", *at), lambda: portion_for(self.graph, at))))

    def rows_of(self, numbers: np.ndarray | None, count: int) -> list[np.ndarray]:
        """Return the rows that go with inputs, one array for each table."""
        if not self.tables:
            return []
        if numbers is None or len(numbers) != count:
            raise UsageError(
                f"the input {next(iter(self.tables))!r} has a row for each image, and which goes with these inputs is "
                "unknown; give Images, or open the model with one value for all"
            )
        return [rows[numbers] for rows in self.tables.values()]

    def at_mean_rows(self) -> Runner:
        """Return a runner that feeds the mean of each table's rows."""
        made = copy.copy(self)
        made.tables, made._compiled = {}, {}
        return made

    def fed(
        self, rows: Sequence[Any], changed: Iterable[str] = (), seen: Iterable[str] = (), at: Iterable[str] = ()
    ) -> Graph:
        """Return the graph to run, with tensors of rows, one for each table, and batch normalizations folded.

        ``changed`` and ``seen`` are the paths that the run replaces and taps, ``at`` those of the outputs with respect
        to which a gradient is taken. UsageError for no rows where there are tables.
        """
        if len(rows) != len(self.tables):
            refuse_rows(self.tables, "this")
        return folded(fed(self.graph, tuple(self.tables), rows), changed, seen, self.graph.resting_on(at))

    @property
    def _one_blank(self) -> np.ndarray:
        return np.zeros((1, *self.input_shape), np.float32)

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Return the model's own output, (n, classes), from its logits; of a regression the values that these are."""
        if self.head.score != "logits":
            return logits
        if self.head.squash == "sigmoid":
            return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)), logits.dtype)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def in_precision(self, precision: Precision) -> Runner:
        """Return a runner that computes in a precision, the same one every time; see bfloat16.py."""
        if precision == self.precision:
            return self

        def make() -> Runner:
            made = copy.copy(self)
            made.precision, made._compiled = precision, {("precision", self.precision): self}
            return made

        found: Runner = self.cached(("precision", precision), make)
        return found

    def compile(self, function: Callable[..., Any], *specs: Any) -> Any:
        """Return a function traced for tensors of these specs that computes in the runner's precision."""
        traced = compile_function(function, *specs)
        return in_bfloat16(traced) if self.precision == "bfloat16" else traced

    def cached(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return the object cached under a key; create it if there is none."""
        refuse_after_fork()
        if key not in self._compiled:
            self._compiled[key] = make()
        return self._compiled[key]

    def input_spec(self) -> Any:
        """The tensor spec of compiled functions: any number of inputs."""
        tf = tensorflow()
        return tf.TensorSpec((None, *self.input_shape), tf.float32)

    def row_specs(self) -> list[Any]:
        """The tensor specs of the rows that go with inputs, one for each table."""
        tf = tensorflow()
        return [tf.TensorSpec((None, *rows.shape[1:]), tf.float32) for rows in self.tables.values()]

    def logits_of(self, outputs: list[Any], start: Callable[[Any], Any] = lambda units: units) -> Any:
        """Return the logits (n, classes) among the outputs of a run without the head's last function.

        The values of a regression are returned as they are; a model without a row of scores has logits (n, 0).
        ``start`` is an identity, applied to the units (n, units) before the logits, that carries a modified gradient.
        """
        tf = tensorflow()
        place = self.graph.outputs.index(self.head.slot)
        if self.head.kind == "none":
            return tf.zeros((tf.shape(outputs[place])[0], 0), tf.float32)
        logits = start(tf.reshape(tf.cast(outputs[place], tf.float32), (-1, self.head.units)))
        if self.head.kind == "binary":
            # One unit for two classes: the log-odds of the second are z, those of the first -z.
            first = -logits if self.head.score == "logits" else 1 - logits
            logits = tf.concat([first, logits], axis=1)
        return logits

    def _make_forward(self, taps: tuple[str, ...]) -> Any:
        tf = tensorflow()

        def forward(inputs: Any, *rows: Any) -> Any:
            # The head omits the last activation for the logits; a tap there returns the layer's real output.
            outputs, tapped = self.fed(rows, self.head.replace, taps).run_both([inputs], taps, self.head.replace)
            return self.logits_of(outputs), *(tf.cast(tapped[tap], tf.float32) for tap in taps)

        return self.compile(forward, self.input_spec(), *self.row_specs())


def _with_known_shapes(graph: Graph, input_shape: tuple[int, ...]) -> Graph:
    """Fill in the extents that Keras left open, by tracing one image through the graph without running it."""
    if not any(None in shape[1:] for step in graph.steps for shape in step.shapes):
        return graph
    tf = tensorflow()
    paths = [step.path for step in graph.steps]
    traced = compile_function(lambda x: graph.run([x], paths)[1], tf.TensorSpec((1, *input_shape), tf.float32))
    known = {path: (None, *spec.shape[1:]) for path, spec in traced.structured_outputs.items()}
    steps = tuple(replace(s, shapes=(known[s.path], *s.shapes[1:])) for s in graph.steps)
    return replace(graph, steps=steps)
