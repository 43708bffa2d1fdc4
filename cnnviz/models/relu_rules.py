"""Modified gradients at ReLUs, for DeconvNet and guided backpropagation.

A model's forward pass is unchanged to the last bit: the same layers run on the same weights. Only the gradient of each
ReLU is replaced, wherever the ReLU is: in a layer of its own, as ``Activation("relu")``, as an operation, inside a
convolution or dense layer, or in a nested model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cnnviz.core.errors import ModelError

from .head import Head, activation_name, without_activation
from .import_tensorflow import tensorflow
from .max_pool_gradient import max_pools
from .own_gradient import with_gradient
from .unrolled_graph import Graph, Slot, Step

#: backward(gate, output, gradient): the gradient of a rectifier's input from that of its ``output``, which is positive
#: where its input is; ``gate(gradient, by)`` is the gradient where ``by`` is above 0, and 0 elsewhere.
Backward = Callable[[Any, Any, Any], Any]

_NAMES = frozenset({"relu", "relu6"})


@dataclass(frozen=True)
class RectifierRule:
    """The modified gradient at every rectifier of a network."""

    backward: Backward

    def start(self, scores: Any) -> Any:
        """Return the gradient unchanged."""
        return scores

    def replacements(self, graph: Graph, head: Head, output: Slot | None = None) -> Mapping[str, Callable[..., Any]]:
        """Return the replacements of rectifying steps, except those of the head.

        ``output``, from which the score is read, has no effect here. ModelError if there is no rectifier: the rule
        would change nothing, and its maps would be plain gradients.
        """
        paths = rectifiers(graph, head)
        if not paths:
            raise ModelError("the model has no ReLU, which this method needs; use saliency or integrated-gradients")
        return max_pools(graph) | dict(head.replace) | {path: self.changed(graph.step(path)) for path in paths}

    def changed(self, step: Step) -> Callable[..., Any]:
        """Return the replacement of a rectifying step."""
        layer = step.operation
        if _is_rectifier(step):
            return self.through(layer)
        linear, rectify = without_activation(layer), self.through(layer.activation)
        return lambda x, *args, **kwargs: rectify(linear(x, *args, **kwargs))

    def through(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that rectifies, with this backward pass."""
        tf = tensorflow()

        def gate(gradient: Any, by: Any) -> Any:
            return tf.raw_ops.ReluGrad(gradients=gradient, features=by)

        def call(x: Any, *args: Any, **kwargs: Any) -> Any:
            def rectified(value: Any) -> Any:
                # From the output, not the input, so that TensorFlow may fuse the ReLU with the preceding operation.
                output = function(value, *args, **kwargs)
                return output, lambda gradient: self.backward(gate, output, gradient)

            return with_gradient(rectified, x)

        return call


def rectifiers(graph: Graph, head: Head) -> list[str]:
    """Return the paths of the rectifying steps, separate or fused, without those of the head."""
    return [
        step.path
        for step in graph.steps
        if step.path not in head.replace and (_is_rectifier(step) or _rectifies_its_result(step))
    ]


def _is_rectifier(step: Step) -> bool:
    if step.kind == "Activation":
        return _named(step)
    if step.kind == "ReLU":
        return not float(step.operation.negative_slope or 0)
    return step.kind in ("Relu", "Relu6")


def _rectifies_its_result(step: Step) -> bool:
    # Where a custom layer applies its activation is unknown.
    return step.kind != "Activation" and step.is_keras and _named(step)


def _named(step: Step) -> bool:
    return (activation_name(step.operation) or "").lower() in _NAMES
