"""Hand-written, compiled functions for one Keras model: the speed that a general tool can hope to reach.

Nothing is checked, named or stored: pixels in, maps out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf


class Bare:
    """Compiled functions of a Sequential model that ends in a dense softmax; ``layer`` is Grad-CAM's."""

    def __init__(self, model: keras.Model, layer: str) -> None:
        self.layers = model.layers
        self.place = [one.name for one in model.layers].index(layer)
        self.shape = model.input_shape[1:]

    def _before(self, x: Any) -> Any:
        for layer in self.layers[: self.place + 1]:
            x = layer(x)
        return x

    def _after(self, x: Any) -> Any:
        for layer in self.layers[self.place + 1 : -1]:
            x = layer(x, training=False) if isinstance(layer, keras.layers.Dropout) else layer(x)
        last = self.layers[-1]
        return tf.matmul(x, last.kernel) + last.bias

    def logits(self, x: Any) -> Any:
        """Return the scores before the softmax."""
        return self._after(self._before(x))

    def compiled(self, function: Callable[..., Any], *extra: Any) -> Callable[..., Any]:
        """Compile for any number of images."""
        return tf.function(function, input_signature=[tf.TensorSpec((None, *self.shape), tf.float32), *extra])

    def forward(self) -> Callable[[np.ndarray], np.ndarray]:
        run = self.compiled(self.logits)
        return lambda x: run(x).numpy()

    def gradient(self, x: Any) -> Any:
        """Return the gradient of the highest logit."""
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x)
            score = tf.reduce_max(self.logits(x), axis=1)
        return tape.gradient(score, x)

    def saliency(self) -> Callable[[np.ndarray], np.ndarray]:
        run = self.compiled(lambda x: tf.reduce_max(tf.abs(self.gradient(x)), axis=-1))
        return lambda x: run(x).numpy()

    def _cam(self, weigh: Callable[[Any, Any], Any]) -> Callable[[np.ndarray], np.ndarray]:
        size = self.shape[:2]

        def cam(x: Any) -> Any:
            maps = self._before(x)
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(maps)
                score = tf.reduce_max(self._after(maps), axis=1)
            weights = weigh(maps, tape.gradient(score, maps))
            coarse = tf.nn.relu(tf.reduce_sum(maps * weights, axis=-1, keepdims=True))
            return tf.image.resize(coarse, size)[..., 0]

        run = self.compiled(cam)
        return lambda x: run(x).numpy()

    def grad_cam(self) -> Callable[[np.ndarray], np.ndarray]:
        return self._cam(lambda maps, gradient: tf.reduce_mean(gradient, axis=(1, 2), keepdims=True))

    def layer_cam(self) -> Callable[[np.ndarray], np.ndarray]:
        return self._cam(lambda maps, gradient: tf.nn.relu(gradient))

    def grad_cam_plus_plus(self) -> Callable[[np.ndarray], np.ndarray]:
        def weigh(maps: Any, gradient: Any) -> Any:
            square = gradient * gradient
            below = 2 * square + tf.reduce_sum(maps, axis=(1, 2), keepdims=True) * square * gradient
            return tf.reduce_sum(
                tf.math.divide_no_nan(square, below) * tf.nn.relu(gradient), axis=(1, 2), keepdims=True
            )

        return self._cam(weigh)

    def ruled(self, rule: Callable[[Any, Any], Any]) -> Callable[[np.ndarray], np.ndarray]:
        """Return the gradient with modified ReLU gradients."""

        @tf.custom_gradient
        def rectified(x: Any) -> Any:
            return tf.nn.relu(x), lambda upstream: rule(x, upstream)

        twins = []
        for layer in self.layers[:-1]:
            fused = getattr(layer, "activation", None) is keras.activations.relu
            config = layer.get_config() | ({"activation": "linear"} if fused else {})
            twin = type(layer).from_config(config)
            twin.build(layer.input.shape)
            twin.set_weights(layer.get_weights())
            twins.append((twin, fused))

        def back(x: Any) -> Any:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(x)
                y = x
                for twin, fused in twins:
                    y = rectified(twin(y)) if fused else twin(y)
                score = tf.reduce_max(tf.matmul(y, self.layers[-1].kernel) + self.layers[-1].bias, axis=1)
            return tape.gradient(score, x)

        run = self.compiled(back)
        return lambda x: run(x).numpy()

    def guided(self) -> Callable[[np.ndarray], np.ndarray]:
        return self.ruled(lambda x, upstream: tf.where(x > 0, tf.nn.relu(upstream), 0.0))

    def deconvnet(self) -> Callable[[np.ndarray], np.ndarray]:
        return self.ruled(lambda x, upstream: tf.nn.relu(upstream))

    def _class_gradient(self) -> Callable[..., Any]:
        def back(x: Any, weights: Any) -> Any:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(x)
                score = tf.reduce_sum(self.logits(x) * weights, axis=1)
            return tape.gradient(score, x)

        return self.compiled(back, tf.TensorSpec((None, self.layers[-1].units), tf.float32))

    def smoothgrad(self, samples: int = 20, noise: float = 0.15) -> Callable[[np.ndarray], np.ndarray]:
        back, rng, run = self._class_gradient(), np.random.default_rng(0), self.compiled(self.logits)

        def made(x: np.ndarray) -> np.ndarray:
            weights = np.eye(self.layers[-1].units, dtype=np.float32)[run(x).numpy().argmax(axis=1)]
            total = np.zeros_like(x)
            for _ in range(samples):
                total += back(x + noise * rng.standard_normal(x.shape[1:], np.float32), weights).numpy()
            return total / samples

        return made

    def integrated_gradients(self, steps: int = 50) -> Callable[[np.ndarray], np.ndarray]:
        back, run = self._class_gradient(), self.compiled(self.logits)

        def made(x: np.ndarray) -> np.ndarray:
            weights = np.eye(self.layers[-1].units, dtype=np.float32)[run(x).numpy().argmax(axis=1)]
            total = np.zeros_like(x)
            for k in range(steps):
                total += back(x * np.float32((k + 0.5) / steps), weights).numpy()
            return x * total / steps

        return made

    def forwards(self, copies: int) -> Callable[[np.ndarray], np.ndarray]:
        """Return logits of as many inputs as a perturbation method needs, its minimum cost."""
        run = self.compiled(self.logits)

        def made(x: np.ndarray) -> np.ndarray:
            for _ in range(copies):
                out = run(x).numpy()
            return out

        return made
