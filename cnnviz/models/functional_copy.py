"""A model's graph as a plain Functional model, for libraries that need one.

Other libraries read a Keras model's ``layer.output``, which on a loaded Sequential, a nested model or a shared layer is
missing, opaque or the wrong call. Here each step of the unrolled graph becomes one layer with one call. It runs the
model's own layer, so that weights are neither copied nor frozen, on plain tensors, so that the user's layers gain no
nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from .import_tensorflow import tensorflow
from .runner import Runner
from .unrolled_graph import Slot, Step

if TYPE_CHECKING:
    import keras


def functional_copy(
    runner: Runner, image_shape: tuple[int, ...]
) -> tuple[keras.Model, Mapping[str, keras.layers.Layer]]:
    """Return a Functional model from inputs (n, *image_shape) to logits (n, classes), and its layers by path."""
    tf = tensorflow()
    import keras

    image = keras.Input(image_shape, name="picture")
    shaped = _layer(lambda x: tf.reshape(x[0], (-1, *runner.input_shape)), "shaped")([image])
    held = {runner.graph.inputs[0]: shaped}
    layers = {}
    for place, step in enumerate(runner.graph.steps):
        run = _run(step, runner.head.replace.get(step.path, step.operation))
        layer = _layer(run, f"step_{place}", getattr(step.operation, "dtype_policy", None))
        layers[step.path] = layer
        made = keras.tree.flatten(layer([held[slot] for slot in step.inputs]))
        held.update(zip(step.outputs, made, strict=True))
    outputs = [held[slot] for slot in runner.graph.outputs]
    return keras.Model([image], _layer(lambda x: runner.logits_of(list(x)), "logits")(outputs), name="twin"), layers


def compiled_functional_copy(runner: Runner, image_shape: tuple[int, ...]) -> keras.Model:
    """Return the model as one compiled layer, for callers that need no inner layers: calls are ten times as fast."""
    tf = tensorflow()
    import keras

    @tf.function(input_signature=[tf.TensorSpec((None, *image_shape), tf.float32)], autograph=False)
    def logits(inputs: Any) -> Any:
        shaped = tf.reshape(inputs, (-1, *runner.input_shape))
        return runner.logits_of(runner.graph.run([shaped], replace=runner.head.replace)[0])

    image = keras.Input(image_shape, name="picture")
    return keras.Model([image], _layer(lambda x: logits(x[0]), "logits")([image]), name="compiled_functional_copy")


def _run(step: Step, operation: Callable[..., Any]) -> Callable[[Sequence[Any]], Any]:
    """Return a function of a step's input tensors that computes the step."""
    import keras

    def run(tensors: Sequence[Any]) -> Any:
        values = dict(zip(step.inputs, tensors, strict=True))

        def filled(leaf: Any) -> Any:
            return values[leaf] if isinstance(leaf, Slot) else leaf

        # Keeps losses and updates that a layer records out of the user's model.
        with keras.StatelessScope():
            return operation(
                *keras.tree.map_structure(filled, step.args), **keras.tree.map_structure(filled, dict(step.kwargs))
            )

    return run


def _layer(run: Callable[[Sequence[Any]], Any], name: str, dtype: Any = None) -> Any:
    return _layer_class()(run, name=name, dtype=dtype)


@cache
def _layer_class() -> type:
    import keras

    class Called(keras.layers.Layer):  # type: ignore[misc]
        """A layer that runs a function; weights inside the function are not its own."""

        def __init__(self, run: Callable[[Sequence[Any]], Any], name: str, dtype: Any) -> None:
            super().__init__(name=name, dtype=dtype, autocast=False, trainable=False)
            self._run = run
            self.built = True

        def call(self, tensors: Sequence[Any]) -> Any:
            return self._run(tensors)

    return Called
