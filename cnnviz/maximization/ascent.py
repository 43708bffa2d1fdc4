"""Gradient ascent on images, compiled as one loop."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.models.import_tensorflow import tensorflow

from .input_range import span_of
from .objective import Objective
from .settings import MaximizationSettings
from .transform import moved
from .truncated_network import answers_of

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Early steps, in which inactive cells contribute too, so that a unit explores the whole image.
EARLY = 64
#: Adam's default constants (Kingma & Ba 2015, algorithm 1).
_FIRST, _SECOND, _TINY = 0.9, 0.999, 1e-8


@dataclass(frozen=True, eq=False)
class Climb:
    """The state of one batch: the parameters ``numbers`` of its images, Adam's two moments, the steps done."""

    numbers: np.ndarray
    first: np.ndarray
    second: np.ndarray
    done: int = 0

    @classmethod
    def begin(cls, numbers: np.ndarray) -> Climb:
        """Return the initial state."""
        return cls(numbers, np.zeros_like(numbers), np.zeros_like(numbers))


class Ascent:
    """The compiled loop for the units of one layer, with given settings.

    ``restarts`` images of one unit follow one another in a batch.
    """

    def __init__(self, probe: Probe, objective: Objective, recipe: MaximizationSettings, restarts: int) -> None:
        self.picture = probe.card.input_shape
        self._objective, self._recipe, self._restarts = objective, recipe, restarts
        self._answers = answers_of(probe.runner, objective, whole=restarts > 1 and recipe.diversity > 0)
        self._span = span_of(probe)
        self._input_shape = probe.runner.input_shape
        self._loop = self._compiled()

    def run(self, climb: Climb, units: np.ndarray, drawn: np.ndarray) -> tuple[Climb, np.ndarray]:
        """Run one step per row of ``drawn`` (steps, n, draws); return the new state and the values, (steps, n).

        ``units`` is int32 (n,). A value is that of the transformed image at the start of a step.
        """
        tf = tensorflow()
        numbers, first, second, values = self._loop(
            tf.constant(climb.numbers), tf.constant(climb.first), tf.constant(climb.second),
            tf.constant(climb.done), tf.constant(units), tf.constant(drawn),
        )  # fmt: skip
        return Climb(numbers.numpy(), first.numpy(), second.numpy(), climb.done + len(drawn)), values.numpy()

    def pictures(self, numbers: np.ndarray) -> np.ndarray:
        """Return the images of the parameters, float32 (n, h, w, c) in 0…1."""
        made = self._recipe.parametrisation(tensorflow().constant(numbers), self.picture)
        return np.asarray(np.clip(made.numpy(), 0, 1), np.float32)

    def _compiled(self) -> Any:
        tf = tensorflow()
        shape = (None, *self._recipe.parametrisation.shape(self.picture))
        kind = tf.TensorSpec(shape, tf.float32)
        signature = [
            kind, kind, kind, tf.TensorSpec((), tf.int32), tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((None, None, self._recipe.draws), tf.float32),
        ]  # fmt: skip

        @tf.function(input_signature=signature, autograph=False)
        def loop(numbers: Any, first: Any, second: Any, done: Any, units: Any, drawn: Any) -> Any:
            steps = tf.shape(drawn)[0]

            def step(at: Any, numbers: Any, first: Any, second: Any, values: Any) -> Any:
                gradient, value = self._gradient(numbers, units, drawn[at], done + at < EARLY)
                first = _FIRST * first + (1 - _FIRST) * gradient
                second = _SECOND * second + (1 - _SECOND) * tf.square(gradient)
                time = tf.cast(done + at + 1, tf.float32)
                rate = self._recipe.rate * tf.sqrt(1 - _SECOND**time) / (1 - _FIRST**time)
                numbers = numbers + rate * first / (tf.sqrt(second) + _TINY)
                return at + 1, numbers, first, second, values.write(at, value)

            held = tf.TensorArray(tf.float32, steps, element_shape=(None,))
            _, numbers, first, second, values = tf.while_loop(
                lambda at, *_: at < steps, step, (0, numbers, first, second, held), parallel_iterations=1
            )
            return numbers, first, second, values.stack()

        return loop.get_concrete_function()

    def _gradient(self, numbers: Any, units: Any, drawn: Any, early: Any) -> tuple[Any, Any]:
        """Return the ascent direction of each image's parameters, and the unit's current value."""
        tf = tensorflow()
        recipe = self._recipe
        with tf.GradientTape(watch_accessed_variables=False) as back:
            back.watch(numbers)
            pictures = recipe.parametrisation(numbers, self.picture)
        apart = self._restarts > 1 and recipe.diversity > 0
        with tf.GradientTape(watch_accessed_variables=False, persistent=apart) as tape:
            tape.watch(pictures)
            inputs = self._span(moved(pictures, recipe.transforms, drawn))
            values, layer = self._answers(tf.reshape(inputs, (-1, *self._input_shape)), units, early)
            alike = likeness(layer, self._restarts) if apart else None
        gradient = _evened(tape.gradient(values, pictures, unconnected_gradients=tf.UnconnectedGradients.ZERO))
        if apart:
            gradient -= recipe.diversity * _evened(tape.gradient(alike, pictures))
        if recipe.penalties:
            with tf.GradientTape(watch_accessed_variables=False) as charged:
                charged.watch(pictures)
                cost = tf.add_n([one.weight * one(pictures) for one in recipe.penalties])
            gradient -= charged.gradient(cost, pictures)
        return back.gradient(pictures, numbers, output_gradients=gradient), values


def likeness(layer: Any, restarts: int) -> Any:
    """Return, for each image, the mean cosine similarity of its Gram matrix to those of its unit's others, (n,).

    ``layer`` is the layer's output (n, …, channels); a layer without maps has a single cell.
    """
    tf = tensorflow()
    layer = tf.cast(layer, tf.float32)
    cells = tf.reshape(layer, (tf.shape(layer)[0], -1, layer.shape[-1]))
    gram = tf.linalg.matmul(cells, cells, transpose_a=True)
    rows = tf.reshape(tf.math.l2_normalize(tf.reshape(gram, (-1, prod(gram.shape[1:]))), axis=1, epsilon=1e-20),
                      (-1, restarts, prod(gram.shape[1:])))  # fmt: skip
    among = tf.linalg.matmul(rows, rows, transpose_b=True)
    return tf.reshape((tf.reduce_sum(among, axis=2) - tf.linalg.diag_part(among)) / (restarts - 1), (-1,))


def _evened(gradient: Any) -> Any:
    """Normalise each image's gradient to a root mean square of 1; zero stays zero."""
    tf = tensorflow()
    size = tf.sqrt(tf.reduce_mean(tf.square(gradient), axis=(1, 2, 3), keepdims=True))
    return tf.math.divide_no_nan(gradient, size)
