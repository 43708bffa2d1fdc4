"""Sums of the gradients of many perturbed copies of each input, made and added without leaving TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .batch_size import portions
from .gradients import GradientSpec, replacements, run_spec, seed_tensor_spec
from .import_tensorflow import tensorflow
from .unrolled_graph import INPUT

if TYPE_CHECKING:
    from .runner import Runner

#: What is summed of each gradient g: g, |g|, g², or g − r and (g − r)² for the gradient r of the first copy.
Summed = Literal["gradients", "sizes", "squares", "deviations"]

#: take(count) returns the coefficients of the next ``count`` copies, float32 (count, 1, *broadcast to the input).
Take = Callable[[int], np.ndarray]


@dataclass(frozen=True, eq=False)
class Copies:
    """Perturbed copies of inputs: copy k of an input is ``base`` + coefficient k · ``along``.

    ``base`` is (n, *input shape) and ``along`` broadcasts to it. ``start`` begins the series of coefficients anew; it
    is the same for all inputs. ``weights`` (copies,) are those of the copies in the sum.
    """

    base: np.ndarray
    along: np.ndarray
    start: Callable[[], Take]
    weights: np.ndarray


def summed_gradients(
    runner: Runner,
    spec: GradientSpec,
    given: np.ndarray | None,
    copies: Copies,
    summed: Summed = "gradients",
    numbers: np.ndarray | None = None,
) -> tuple[np.ndarray, ...]:
    """Return Σ_k w_k g_k of the score's gradients g_k at the copies, float32 (n, *input shape).

    Another ``summed`` returns the sums of something else of each gradient; "deviations" two arrays. ``spec``, ``given``
    and ``numbers`` are as in Runner.gradients and belong to the inputs; all copies of an input share them.
    """
    key = (spec, summed, copies.along.shape[1:], tuple(copies.start()(1).shape[1:]))
    step = runner.cached(("summed", *key), lambda: _make_step(runner, spec, summed, *key[2:]))
    given = np.zeros(len(copies.base), np.int32) if given is None else given
    rows = runner.rows_of(numbers, len(copies.base))
    made = []
    portion = runner.gradient_portion((INPUT,))
    for part in portions(len(copies.base), portion):
        inputs = [array[part] for array in (copies.base, copies.along, given, *rows)]
        made.append(_summed(step, inputs, copies, summed, portion))
    return tuple(np.concatenate(column) for column in zip(*made, strict=True))


def _summed(
    step: Callable[..., Any], inputs: Sequence[np.ndarray], copies: Copies, summed: Summed, portion: int
) -> list[np.ndarray]:
    tf = tensorflow()
    base, along, given, *rows = (tf.constant(array) for array in inputs)
    zero = tf.zeros_like(base)
    at_once = max(1, portion // max(1, len(inputs[0])))
    totals, first = ([zero, zero] if summed == "deviations" else [zero]), zero
    if summed == "deviations":
        # Deviations from one of the copies avoid cancellation in the sums of squares.
        one = tf.ones(1)
        first = step(base, along, given, copies.start()(1), one, zero, zero, zero, *rows)[0]
    take = copies.start()
    for start in range(0, len(copies.weights), at_once):
        weights = copies.weights[start : start + at_once]
        totals = step(base, along, given, take(len(weights)), weights, first, *_two(totals), *rows)
    return [total.numpy() for total in totals]


def _two(totals: Sequence[Any]) -> Sequence[Any]:
    return totals if len(totals) == 2 else (totals[0], totals[0])


def _make_step(
    runner: Runner, spec: GradientSpec, summed: Summed, along: tuple[int, ...], coefficients: tuple[int, ...]
) -> Any:
    """Return a compiled function that adds some copies to the sums."""
    tf = tensorflow()
    replace = replacements(spec, runner)

    def gradients(flat: Any, given: Any, rows: Sequence[Any]) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(flat)
            scores, _, _ = run_spec(spec, runner, replace, flat, given, rows=rows)
        return tape.gradient(scores, flat, unconnected_gradients=tf.UnconnectedGradients.ZERO)

    def step(
        base: Any, along: Any, given: Any, factors: Any, weights: Any, first: Any, one: Any, two: Any, *rows: Any
    ) -> Any:
        count = tf.shape(factors)[0]
        changed = base[None] + factors * along[None]
        each = tf.shape(changed)
        flat = tf.reshape(changed, tf.concat([each[:1] * each[1:2], each[2:]], 0))
        flat.set_shape((None, *runner.input_shape))
        found = gradients(flat, _repeated(given, count), [_repeated(array, count) for array in rows])
        found = tf.reshape(tf.cast(found, tf.float32), each)
        if summed == "deviations":
            apart = found - first[None]
            return one + _weighted(weights, apart), two + _weighted(weights, tf.square(apart))
        if summed == "sizes":
            found = tf.abs(found)
        elif summed == "squares":
            found = tf.square(found)
        return (one + _weighted(weights, found),)

    inputs = tf.TensorSpec((None, *runner.input_shape))
    specs = [
        inputs,
        tf.TensorSpec((None, *along)),
        seed_tensor_spec(spec, runner),
        tf.TensorSpec((None, *coefficients)),
        tf.TensorSpec((None,)),
        *[inputs] * 3,
        *runner.row_specs(),
    ]
    return runner.compile(step, *specs)


def _repeated(array: Any, count: Any) -> Any:
    """Return the whole array ``count`` times, one after another."""
    tf = tensorflow()
    return tf.tile(array, tf.concat([[count], tf.ones(len(array.shape) - 1, tf.int32)], 0))


def _weighted(weights: Any, values: Any) -> Any:
    """Return Σ_k w_k v_k over the first axis."""
    tf = tensorflow()
    return tf.reduce_sum(tf.reshape(weights, (-1, *[1] * (len(values.shape) - 1))) * values, axis=0)
