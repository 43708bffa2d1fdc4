"""The head of a model: the logits before the final softmax or sigmoid, which saturates gradients.

At a probability near 1 the gradient of the softmax vanishes (values of 6e-23 occur), so everything that explains a
decision works on logits, the input of the final softmax or sigmoid. That function is left out for the run; the model is
not changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from cnnviz.core.errors import ModelError

from .head_kind import NORMALIZING, RECTIFYING, Decision, Ending, HeadRequest, decide
from .import_tensorflow import tensorflow
from .inactive_layers import UNCHANGING
from .unrolled_graph import Graph, Slot, Step


@dataclass(frozen=True)
class Head:
    """The head of a model.

    ``kind`` is one of head_kind.KINDS, ``reason`` how it was determined, ``settled`` False if it is an assumption.
    ``squash`` is "softmax" or "sigmoid", or "none" for a head without classes, and ``replace`` the replacement of the
    step that applies it. ``units`` is the width of the output, 0 for no row; one sigmoid unit represents two classes.
    ``shape`` is the output's, of one image. ``score`` is "logits"; "probabilities" if the last step does something that
    cannot be left out; "outputs" of a regression; or "none".
    """

    squash: str
    units: int
    slot: Slot
    replace: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    score: str = "logits"
    kind: str = "softmax"
    reason: str = ""
    settled: bool = True
    shape: tuple[int, ...] = ()

    @property
    def classes(self) -> int:
        """The number of classes of the output, 0 if it is no row of class scores."""
        if self.kind in ("regression", "none"):
            return 0
        return 2 if self.kind == "binary" else self.units

    @property
    def is_softmax(self) -> bool:
        """Whether it ends in a softmax, so that nothing else decides what it is."""
        return self.kind == self.squash == "softmax" and bool(self.replace) and self.settled

    @property
    def scores(self) -> int:
        """The number of scores that a target weighs: classes, or the outputs of a regression."""
        return self.units if self.kind == "regression" else self.classes


def find_head(graph: Graph, output: Slot, input_shape: tuple[int, ...], asked: HeadRequest | None = None) -> Head:
    """Return the head of ``output``; UsageError for a requested kind that it cannot be."""
    asked = asked or HeadRequest()
    shape = _shape_of(graph, output)
    units, step = _row_length(shape), graph.producer(output)
    while step is not None and step.kind in _HANDS_ON and len(step.inputs) == 1:
        step = graph.producer(step.inputs[0])
    squash = None if step is None else _squash_of(step)
    found = decide(_ending(graph, output, step, units, squash, prod(input_shape)), asked)
    if step is not None and found.kind == "softmax" and not found.settled and not _known(step):
        found = _measured(graph, output, input_shape, found)
    common: dict[str, Any] = {
        "kind": found.kind,
        "reason": found.reason,
        "settled": found.settled,
        "shape": tuple(int(extent or 0) for extent in shape),
    }
    if found.kind == "none":
        # Pixels of a segmentation are explained before the softmax, as classes are.
        maps = len(shape) == 3 and step is not None and squash is not None
        return Head("none", 0, output, _left_out(step) if maps and step is not None else {}, "none", **common)
    assert units is not None
    if found.kind == "regression":
        return Head("none", units, output, score="outputs", **common)
    if step is None or squash is None:
        score = "logits" if step is None else _score_of(step)
        return Head("softmax" if found.kind == "softmax" else "sigmoid", units, output, score=score, **common)
    return Head(squash, units, output, _left_out(step), **common)


def _left_out(step: Step) -> dict[str, Callable[..., Any]]:
    """Return the replacement of a step without the softmax or sigmoid that it ends in."""
    alone = step.kind in ("Activation", "Softmax", "Sigmoid")
    return {step.path: _identity if alone else without_activation(step.operation)}


def _shape_of(graph: Graph, output: Slot) -> tuple[int | None, ...]:
    last = graph.producer(output)
    if last is None:
        raise ModelError("the model's output is its input, so there is nothing to explain")
    return last.shapes[last.outputs.index(output)][1:]


def _ending(graph: Graph, output: Slot, step: Step | None, units: int | None, squash: str | None, image: int) -> Ending:
    shape = _shape_of(graph, output)
    if step is None:
        return Ending(shape, units, squash, "", _is_pooled(graph, output), False, image)
    last = plain_name(activation_name(step.operation) or step.kind)
    # It saturates as a sigmoid does, but cannot be left out.
    squash = squash or ("sigmoid" if last == "hardsigmoid" else None)
    return Ending(shape, units, squash, last, _is_pooled(graph, output), _has_weights(step), image)


def _is_pooled(graph: Graph, slot: Slot) -> bool:
    """Whether a row is pooled or flattened from maps of features, and not from one linear map for each class."""
    pooled = flattened = rectified = False
    step = graph.producer(slot)
    while step is not None and len(step.inputs) == 1:
        last = plain_name(activation_name(step.operation) or step.kind)
        if "pooling" in last:
            pooled = True
        elif step.kind == "Flatten" or (step.kind == "Reshape" and len(step.shapes[0]) == 2):
            before = graph.producer(step.inputs[0])
            maps = step.shapes[0] if before is None else before.shapes[0]
            flattened |= len(maps) == 4 and prod(extent or 1 for extent in maps[1:3]) > 1
        elif last in RECTIFYING | NORMALIZING and not hasattr(step.operation, "kernel"):
            rectified = True
        elif step.kind not in _HANDS_ON:
            break
        step = graph.producer(step.inputs[0])
    if step is None or not (pooled or flattened):
        return pooled or flattened
    linear = "Conv2D" in step.kind and activation_name(step.operation) is None
    return flattened or rectified or not linear


def _known(step: Step) -> bool:
    """Whether the step is a layer of Keras whose outputs are scores as such."""
    return step.is_keras and (_has_weights(step) or step.kind in _LINEAR or _activation_or_kind(step) in RECTIFYING)


def _activation_or_kind(step: Step) -> str:
    return plain_name(activation_name(step.operation) or step.kind)


def _measured(graph: Graph, output: Slot, input_shape: tuple[int, ...], assumed: Decision) -> Decision:
    """Return the decision on outputs of an unknown function: shares of 1, directions of length 1, or as assumed."""
    tf = tensorflow()
    place = graph.outputs.index(output)
    noise = np.random.default_rng(0).random((4, *input_shape), np.float32)
    rows = np.asarray(tf.cast(graph.run([tf.constant(noise)])[0][place], tf.float32)).reshape(4, -1)
    if np.allclose(rows.sum(axis=1), 1, atol=1e-3) and rows.min() >= 0:
        return Decision("softmax", "the outputs add up to 1")
    if np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3):
        return Decision("none", f"the outputs are directions, {rows.shape[1]} values of length 1 as of an embedding")
    return assumed


def plain_name(name: str) -> str:
    """Return a layer's or function's name in lower case without underscores."""
    return name.replace("_", "").lower()


def _has_weights(step: Step) -> bool:
    return bool(getattr(step.operation, "weights", ()))


def _identity(x: Any, *args: Any, **kwargs: Any) -> Any:
    return x


# A cast keeps the meaning of a score.
_HANDS_ON = UNCHANGING | {"Cast"}


def activation_name(layer: Any) -> str | None:
    """Return the name of a layer's activation, or None."""
    function = getattr(layer, "activation", None)
    if function is None or not callable(function):
        return None
    name = getattr(function, "__name__", type(function).__name__)
    return None if name == "linear" else str(name)


def _squash_of(step: Step) -> str | None:
    """ "softmax" or "sigmoid" if the step ends with it and it can be left out."""
    if not step.is_keras:
        # A custom layer may do more, or ignore the activation that it has.
        return None
    name = activation_name(step.operation) if hasattr(step.operation, "activation") else step.kind.lower()
    return name if name in ("softmax", "sigmoid") else None


def _score_of(step: Step) -> str:
    activation = activation_name(step.operation)
    linear = activation is None and (step.kind in _LINEAR or hasattr(step.operation, "kernel"))
    # Outputs of such functions can be outside 0…1, so they are only ranked, like logits.
    unbounded = plain_name(activation or step.kind) in _UNBOUNDED
    return "logits" if linear or unbounded else "probabilities"


_UNBOUNDED = RECTIFYING | NORMALIZING | {"exponential", "logsigmoid", "logsoftmax"}


_LINEAR = frozenset(
    "Dense Conv2D Add Activation GlobalAveragePooling2D AveragePooling2D GlobalMaxPooling2D BatchNormalization "
    "Multiply Rescaling".split()
)


def _row_length(shape: tuple[int | None, ...]) -> int | None:
    """Return the length of an output that is one row, None for any other."""
    wide = [extent for extent in shape if extent != 1]
    if len(wide) > 1 or None in shape or not shape:
        return None
    return int(wide[0] or 1) if wide else 1


def without_activation(layer: Any) -> Callable[..., Any]:
    """Return a callable that computes ``layer`` without its activation, with the layer's current weights.

    A copy of the layer is built from its configuration and run on the original's variables, so that the original stays
    unchanged and later training takes effect.
    """
    config = layer.get_config() | {"activation": "linear", "name": f"{layer.name}_linear"}
    # The copy's own weights are never read: zeros, so that no random number is drawn from the user's generators.
    config |= {key: "zeros" for key in config if key.endswith("_initializer")}
    twin = type(layer).from_config(config)
    twin.build_from_config(layer.get_build_config())

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        import keras

        # Not stateless_call, which leaves out what Keras does to inputs of another number format than the layer's.
        held = [(own, given.value) for own, given in zip(twin.variables, layer.variables, strict=True)]
        with keras.StatelessScope(state_mapping=held):
            return twin(x, *args, **kwargs)

    return call
