"""Compiled training and validation steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.models.import_tensorflow import tensorflow
from cnnviz.models.own_gradient import released

#: Validation images per batch.
AT_ONCE = 500
#: The weight of a teacher's probabilities in the targets; the rest is the label.
TAUGHT = 0.8


class Steps:
    """The compiled functions of a model that ends in probabilities; ``taught`` with a teacher.

    ``checked`` is the model to validate, if it is another with the same layers: training in half precision is validated
    in the precision of the saved model.
    """

    def __init__(
        self,
        model: Any,
        optimizer: Any,
        label_smoothing: float,
        classes: int,
        taught: bool = False,
        checked: Any = None,
    ) -> None:
        tf = tensorflow()
        import keras

        self.model, self.checked = model, model if checked is None else checked
        trained = model.trainable_variables
        # Keras recovers the logits in front of a softmax, which avoids the precision loss of log-probabilities.
        crossentropy = keras.losses.CategoricalCrossentropy(label_smoothing=label_smoothing, reduction=None)
        follow = keras.losses.CategoricalCrossentropy(reduction=None)
        shape = (None, *model.input_shape[1:])

        @tf.function(
            input_signature=[
                tf.TensorSpec(shape, tf.float32),
                tf.TensorSpec((None,), tf.int32),
                tf.TensorSpec((None,), tf.float32),
                tf.TensorSpec((None, classes), tf.float32),
                tf.TensorSpec((), tf.float32),
            ],
            autograph=False,
        )
        def learn(inputs: Any, labels: Any, weights: Any, taught_as: Any, rate: Any) -> Any:
            optimizer.learning_rate.assign(rate)
            with tf.GradientTape() as tape:
                predictions = tf.cast(model(inputs, training=True), tf.float32)
                losses = crossentropy(tf.one_hot(labels, classes), predictions)
                if taught:
                    losses = (1 - TAUGHT) * losses + TAUGHT * follow(taught_as, predictions)
                loss = tf.reduce_mean(losses * weights)
            optimizer.apply_gradients(zip(tape.gradient(loss, trained), trained, strict=True))
            right = tf.argmax(predictions, 1, output_type=tf.int32) == labels
            return tf.reduce_sum(losses * weights), tf.math.count_nonzero(right)

        plain = keras.losses.SparseCategoricalCrossentropy(reduction=None)

        @tf.function(
            input_signature=[tf.TensorSpec(shape, tf.float32), tf.TensorSpec((None,), tf.int32)], autograph=False
        )
        def check(inputs: Any, labels: Any) -> Any:
            predictions = tf.cast(self.checked(inputs, training=False), tf.float32)
            right = tf.argmax(predictions, 1, output_type=tf.int32) == labels
            return tf.reduce_sum(plain(labels, predictions)), tf.math.count_nonzero(right)

        # Every training has its own functions; TensorFlow takes several of one name for retracing.
        for function in (learn, check):
            function._omit_frequent_tracing_warning = True
        self.learn, self._check = released(learn), released(check)

    def check(self, pixels: np.ndarray, labels: np.ndarray, peak: float) -> tuple[float, float]:
        """Return mean loss and accuracy on images (n, h, w, c) with white at ``peak``."""
        if self.checked is not self.model:
            self.checked.set_weights(self.model.get_weights())
        loss = hits = 0.0
        for start in range(0, len(pixels), AT_ONCE):
            inputs = pixels[start : start + AT_ONCE].astype(np.float32) / np.float32(peak)
            lost, right = self._check(inputs, labels[start : start + AT_ONCE].astype(np.int32))
            loss += float(lost)
            hits += float(right)
        return loss / len(pixels), hits / len(pixels)
