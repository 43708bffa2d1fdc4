"""The head of a model: the logits before the final softmax or sigmoid, which saturates gradients.

At a probability near 1 the gradient of the softmax vanishes (values of 6e-23 occur), so everything that explains a
decision works on logits, the input of the final softmax or sigmoid. That function is left out for the run; the model is
not changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnviz.core.errors import ModelError

from .inactive_layers import UNCHANGING
from .unrolled_graph import Graph, Slot, Step


@dataclass(frozen=True)
class Head:
    """The head of a model.

    ``squash`` is "softmax" or "sigmoid" and ``replace`` the replacement of the step that applies it. ``units`` is the
    width of the output; one sigmoid unit represents two classes. ``score`` is "logits", or "probabilities" if the last
    step does something that cannot be left out.
    """

    squash: str
    units: int
    slot: Slot
    replace: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    score: str = "logits"

    @property
    def classes(self) -> int:
        """The number of classes of the output."""
        return 2 if self.squash == "sigmoid" and self.units == 1 else self.units


def find_head(graph: Graph, output: Slot) -> Head:
    """Return the head of ``output``; ModelError if it is not a vector of class scores."""
    last = graph.producer(output)
    if last is None:
        raise ModelError("the model's output is its input, so there is nothing to explain")
    units = _row_length(last, output)
    step: Step | None = last
    while step is not None and step.kind in _HANDS_ON and len(step.inputs) == 1:
        step = graph.producer(step.inputs[0])
    if step is None:
        return Head("softmax", units, output)
    squash = _squash_of(step)
    if squash is None and units == 1:
        raise ModelError(
            "the model returns one number without a sigmoid, as a regressor does; cnnviz explains classifiers (if it "
            "has two classes, end it in a sigmoid)"
        )
    if squash is None:
        return Head("softmax", units, output, score=_score_of(step))
    alone = step.kind in ("Activation", "Softmax", "Sigmoid")
    return Head(squash, units, output, {step.path: _identity if alone else without_activation(step.operation)})


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
    unbounded = (activation or step.kind).replace("_", "").lower() in _UNBOUNDED
    return "logits" if linear or unbounded else "probabilities"


_UNBOUNDED = frozenset(
    "celu elu exponential gelu hardtanh leakyrelu logsigmoid logsoftmax mish prelu relu relu6 selu silu softplus "
    "softsign swish tanh unitnormalization layernormalization".split()
)


_LINEAR = frozenset(
    "Dense Conv2D Add Activation GlobalAveragePooling2D AveragePooling2D GlobalMaxPooling2D BatchNormalization "
    "Multiply Rescaling".split()
)


def _row_length(step: Step, output: Slot) -> int:
    shape = step.shapes[step.outputs.index(output)][1:]
    wide = [extent for extent in shape if extent != 1]
    if len(wide) > 1 or any(extent is None for extent in shape) or not shape:
        raise ModelError(
            f"the model's output has shape {shape} and is not a vector of class scores; cnnviz needs a classifier"
        )
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
