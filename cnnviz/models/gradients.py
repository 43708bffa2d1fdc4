"""Compiled gradients of a score with respect to the inputs, or to the output of any layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from cnnviz.core.deprecation import Renamed
from cnnviz.core.errors import UsageError
from cnnviz.core.targets import Function

from .import_tensorflow import tensorflow
from .max_pool_gradient import max_pools
from .unrolled_graph import INPUT

if TYPE_CHECKING:
    from .head import Head
    from .runner import Runner
    from .unrolled_graph import Graph, Slot

#: Advice for a function of logits that returns something else.
ONE_SCORE = "return one score per image, by indexing and arithmetic, as in lambda z: z[:, 6] - z[:, 0]"


class GradientRule(Protocol):
    """A modified backward pass; equal rules share one compiled function."""

    def start(self, scores: Any) -> Any:
        """Return the scores that the backward pass starts from."""

    def replacements(self, graph: Graph, head: Head, output: Slot | None = None) -> Mapping[str, Callable[..., Any]]:
        """Return what to run instead of some steps, by path."""


@dataclass(frozen=True)
class GradientSpec:
    """The score to differentiate, and with respect to what; equal specs share one compiled function.

    ``at`` are the paths of the layers whose outputs the gradient is taken with respect to, INPUT for the model's input.
    ``seed`` is the kind of score: "highest" logit of each image, "given" weights of the logits, a function of logits,
    or, with ``of`` the path of a layer, "peak" of the given channel, the channel's value at a given "cell", or the sum
    of the cells of ``channel`` by the given weights of a "region". ``rule`` modifies the backward pass of some layers,
    see relu_rules.py.
    """

    at: tuple[str, ...] = (INPUT,)
    seed: str | Function = "highest"
    of: str | None = None
    rule: GradientRule | None = None
    channel: int = -1


@dataclass(frozen=True, eq=False)
class GradientResult:
    """Scores (n,) and, for each requested place, its ``values`` and ``gradients``, of the same shape.

    ``logits`` is (n, classes), or None if the score is not computed from logits.
    """

    scores: np.ndarray
    logits: np.ndarray | None
    values: tuple[np.ndarray, ...]
    gradients: tuple[np.ndarray, ...]

    slopes = Renamed("gradients")

    def first(self, count: int) -> GradientResult:
        """Return the result for the first ``count`` images."""
        logits = None if self.logits is None else self.logits[:count]
        values, gradients = (tuple(array[:count] for array in arrays) for arrays in (self.values, self.gradients))
        return GradientResult(self.scores[:count], logits, values, gradients)


def concatenated_results(parts: Iterable[GradientResult]) -> GradientResult:
    """Concatenate the results of consecutive batches."""
    held = list(parts)
    if len(held) == 1:
        return held[0]
    return GradientResult(
        np.concatenate([part.scores for part in held]),
        None if held[0].logits is None else np.concatenate([part.logits for part in held if part.logits is not None]),
        tuple(np.concatenate(column) for column in zip(*(part.values for part in held), strict=True)),
        tuple(np.concatenate(column) for column in zip(*(part.gradients for part in held), strict=True)),
    )


def make_gradient_function(runner: Runner, spec: GradientSpec) -> Callable[..., Any]:
    """Return a compiled function of inputs, the seed's own input and rows, for ``result_of``.

    It returns the scores, the logits if these are computed from them, the values at ``spec.at`` but for INPUT, and all
    gradients.
    """
    tf = tensorflow()
    taps = [path for path in spec.at if path != INPUT]
    replace = replacements(spec, runner)

    def gradients(inputs: Any, given: Any, *rows: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            if INPUT in spec.at:
                tape.watch(inputs)
            scores, logits, tapped = run_spec(spec, runner, replace, inputs, given, taps, tape.watch, rows)
        if callable(spec.seed) and scores.shape.rank != 1:
            raise UsageError(f"the function of logits gives {scores.shape}; {ONE_SCORE}")
        places = [inputs if path == INPUT else tapped[path] for path in spec.at]
        found = tape.gradient(scores, places, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        asked = [tapped[path] for path in taps] + found
        return scores, *([] if logits is None else [logits]), *(tf.cast(x, tf.float32) for x in asked)

    # Traced once, for any number of inputs.
    try:
        specs = (runner.input_spec(), seed_tensor_spec(spec, runner), *runner.row_specs())
        traced = runner.compile(gradients, *specs)
    except (AttributeError, TypeError, ValueError) as error:
        if callable(spec.seed):
            raise UsageError(f"the function of logits fails on a tensor; {ONE_SCORE}") from error
        raise
    return traced


def result_of(spec: GradientSpec, inputs: np.ndarray, arrays: Sequence[np.ndarray]) -> GradientResult:
    """Return the result from what the compiled function of a spec returned for all ``inputs``."""
    scores, *rest = arrays
    logits = None if spec.of is not None else rest.pop(0)
    gradients = rest[len(rest) - len(spec.at) :]
    values = iter(rest)
    return GradientResult(
        scores, logits, tuple(inputs if path == INPUT else next(values) for path in spec.at), tuple(gradients)
    )


def replacements(spec: GradientSpec, runner: Runner, **kwargs: Any) -> Mapping[str, Callable[..., Any]]:
    """Return what to run instead of some steps: what the head leaves out, and what the spec's rule changes."""
    if spec.rule is None:
        return max_pools(runner.graph, spec.at) | dict(runner.head.replace)
    output = runner.head.slot if spec.of is None else runner.graph.step(spec.of).outputs[0]
    found: Mapping[str, Callable[..., Any]] = spec.rule.replacements(runner.graph, runner.head, output, **kwargs)
    return found


def run_spec(
    spec: GradientSpec,
    runner: Runner,
    replace: Mapping[str, Callable[..., Any]],
    inputs: Any,
    given: Any,
    taps: Sequence[str] = (),
    watch: Callable[[Any], Any] | None = None,
    rows: Sequence[Any] = (),
) -> tuple[Any, Any, dict[str, Any]]:
    """Run a spec's network forward on tensors: its scores float32 (n,), its logits or None, and the taps.

    ``rows`` are those of the further inputs that have a row for each image.
    """
    start: Callable[[Any], Any] = (lambda values: values) if spec.rule is None else spec.rule.start
    wanted = [*taps, *([spec.of] if spec.of is not None else [])]
    outputs, tapped = runner.fed(rows, replace, wanted, spec.at).run([inputs], wanted, replace, watch)
    logits = None
    if spec.of is None:
        logits = asked = runner.logits_of(outputs, start)
    else:
        asked = start(tapped[spec.of])
    return asked_scores(spec, asked, given), logits, tapped


def seed_tensor_spec(spec: GradientSpec, runner: Runner) -> Any:
    """Return the kind of tensor that comes with the inputs, by the spec's seed."""
    tf = tensorflow()
    if spec.seed == "given":
        return tf.TensorSpec((None, runner.head.scores), tf.float32)
    if spec.seed == "cell":
        return tf.TensorSpec((None, 2), tf.int32)
    if spec.seed == "region":
        return tf.TensorSpec((None, None), tf.float32)
    return tf.TensorSpec((None,), tf.int32)


def asked_scores(spec: GradientSpec, asked: Any, given: Any) -> Any:
    """Return the scores, a float32 tensor (n,), of the logits or the layer's output that a spec reads."""
    tf = tensorflow()
    return tf.cast(_scores(spec, tf.cast(asked, tf.float32), given), tf.float32)


def _scores(spec: GradientSpec, asked: Any, given: Any) -> Any:
    tf = tensorflow()
    if spec.seed == "highest":
        return _first_highest(asked)
    if spec.seed == "given":
        return tf.reduce_sum(asked * given, axis=1)
    if callable(spec.seed):
        # Without AutoGraph, which looks for the source and fails if there is none.
        return tf.autograph.experimental.do_not_convert(spec.seed)(asked)
    # One row of cells per channel; a unit is a map of one cell, whatever the shape of its layer.
    count = tf.shape(asked)[0]
    rank = len(asked.shape)
    maps = tf.reshape(asked, (count, -1, asked.shape[-1]) if rank == 4 else (count, 1, -1))
    if spec.seed == "region":
        return tf.reduce_sum(maps[:, :, spec.channel] * given, axis=1)
    if spec.seed == "peak":
        return _first_highest(tf.gather(maps, given, axis=2, batch_dims=1))
    return tf.gather(tf.gather(maps, given[:, 0], axis=1, batch_dims=1), given[:, 1], axis=1, batch_dims=1)


def _first_highest(rows: Any) -> Any:
    """The maximum of each row, with the whole gradient at its first place."""
    tf = tensorflow()
    return tf.gather(rows, tf.argmax(rows, axis=1), axis=1, batch_dims=1)
