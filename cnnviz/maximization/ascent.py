"""Gradient ascent on images, compiled as one loop."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.models.import_tensorflow import tensorflow

from .input_range import input_range
from .objective import Objective
from .settings import MaximizationSettings
from .transform import apply_transforms
from .truncated_network import unit_function

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Early steps, in which inactive cells contribute too, so that a unit explores the whole image.
EARLY = 64
#: Adam's default constants (Kingma & Ba 2015, algorithm 1).
_FIRST, _SECOND, _TINY = 0.9, 0.999, 1e-8


@dataclass(frozen=True, eq=False)
class AscentState:
    """The state of one batch: the parameters ``numbers`` of its images, Adam's two moments, the steps done."""

    numbers: np.ndarray
    first: np.ndarray
    second: np.ndarray
    done: int = 0

    @classmethod
    def begin(cls, numbers: np.ndarray) -> AscentState:
        """Return the initial state."""
        return cls(numbers, np.zeros_like(numbers), np.zeros_like(numbers))


class Ascent:
    """The compiled loop for the units of one layer, with given settings.

    ``restarts`` images of one unit follow one another in a batch.
    """

    def __init__(self, probe: Probe, objective: Objective, settings: MaximizationSettings, restarts: int) -> None:
        self._image_shape = probe.card.input_shape
        self._objective, self._settings, self._restarts = objective, settings, restarts
        self._activations = unit_function(probe.runner, objective, whole=restarts > 1 and settings.diversity > 0)
        self._span = input_range(probe)
        self._input_shape = probe.runner.input_shape
        self._loop = self._compiled()

    def run(self, state: AscentState, units: np.ndarray, drawn: np.ndarray) -> tuple[AscentState, np.ndarray]:
        """Run one step per row of ``drawn`` (steps, n, draws); return the new state and the values, (steps, n).

        ``units`` is int32 (n,). A value is that of the transformed image at the start of a step.
        """
        tf = tensorflow()
        numbers, first, second, values = self._loop(
            tf.constant(state.numbers), tf.constant(state.first), tf.constant(state.second),
            tf.constant(state.done), tf.constant(units), tf.constant(drawn),
        )  # fmt: skip
        return AscentState(numbers.numpy(), first.numpy(), second.numpy(), state.done + len(drawn)), values.numpy()

    def images(self, numbers: np.ndarray) -> np.ndarray:
        """Return the images of the parameters, float32 (n, h, w, c) in 0…1."""
        made = self._settings.parametrization(tensorflow().constant(numbers), self._image_shape)
        return np.asarray(np.clip(made.numpy(), 0, 1), np.float32)

    def _compiled(self) -> Any:
        tf = tensorflow()
        shape = (None, *self._settings.parametrization.shape(self._image_shape))
        kind = tf.TensorSpec(shape, tf.float32)
        signature = [
            kind, kind, kind, tf.TensorSpec((), tf.int32), tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((None, None, self._settings.draws), tf.float32),
        ]  # fmt: skip

        @tf.function(input_signature=signature, autograph=False)
        def loop(numbers: Any, first: Any, second: Any, done: Any, units: Any, drawn: Any) -> Any:
            steps = tf.shape(drawn)[0]

            def step(at: Any, numbers: Any, first: Any, second: Any, values: Any) -> Any:
                gradient, value = self._gradient(numbers, units, drawn[at], done + at < EARLY)
                first = _FIRST * first + (1 - _FIRST) * gradient
                second = _SECOND * second + (1 - _SECOND) * tf.square(gradient)
                time = tf.cast(done + at + 1, tf.float32)
                rate = self._settings.rate * tf.sqrt(1 - _SECOND**time) / (1 - _FIRST**time)
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
        settings = self._settings
        with tf.GradientTape(watch_accessed_variables=False) as back:
            back.watch(numbers)
            images = settings.parametrization(numbers, self._image_shape)
        apart = self._restarts > 1 and settings.diversity > 0
        with tf.GradientTape(watch_accessed_variables=False, persistent=apart) as tape:
            tape.watch(images)
            inputs = self._span(apply_transforms(images, settings.transforms, drawn))
            values, layer = self._activations(tf.reshape(inputs, (-1, *self._input_shape)), units, early)
            alike = gram_similarity(layer, self._restarts) if apart else None
        gradient = _normalized(tape.gradient(values, images, unconnected_gradients=tf.UnconnectedGradients.ZERO))
        if apart:
            gradient -= settings.diversity * _normalized(tape.gradient(alike, images))
        if settings.penalties:
            with tf.GradientTape(watch_accessed_variables=False) as charged:
                charged.watch(images)
                cost = tf.add_n([one.weight * one(images) for one in settings.penalties])
            gradient -= charged.gradient(cost, images)
        return back.gradient(images, numbers, output_gradients=gradient), values


def gram_similarity(layer: Any, restarts: int) -> Any:
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


def _normalized(gradient: Any) -> Any:
    """Normalize each image's gradient to a root mean square of 1; zero stays zero."""
    tf = tensorflow()
    size = tf.sqrt(tf.reduce_mean(tf.square(gradient), axis=(1, 2, 3), keepdims=True))
    return tf.math.divide_no_nan(gradient, size)
