"""Activation functions, fused into a layer or as separate layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.models.head import activation_name
from cnnviz.models.unrolled_graph import Step

from .nodes import Program, UnsupportedError, of_keras, translates

#: Elementwise functions without settings, by Keras's name, which the engine uses too.
PLAIN = frozenset(
    "relu relu6 elu selu celu gelu sigmoid tanh silu softplus softsign exponential hard_sigmoid hard_silu mish "
    "log_sigmoid hard_tanh".split()
)
_ALIASES = {"swish": "silu", "hard_swish": "hard_silu", "leaky_relu": "relu"}


def activate(program: Program, number: int, layer: Any) -> int:
    """Append the activation fused into ``layer``, if it has one, and return the number of the result."""
    name = activation_name(layer)
    if name is None:
        return number
    if not hasattr(layer.activation, "__name__"):
        return _of_layer(program, number, layer.activation)
    if not of_keras(layer.activation):
        raise UnsupportedError(f"activation {name!r}, which is not a Keras function")
    return _named(program, number, name)


def _named(program: Program, number: int, name: str) -> int:
    shape = program.shape(number)
    if name == "softmax":
        return program.add("softmax", [number], shape)
    if name == "leaky_relu":
        return program.add("activation", [number], shape, kind="relu", slope=0.2)
    name = _ALIASES.get(name, name)
    if name not in PLAIN:
        raise UnsupportedError(f"activation {name!r}")
    return program.add("activation", [number], shape, kind=name)


def _of_layer(program: Program, number: int, layer: Any) -> int:
    """Append an activation layer with its settings, and return the number of the result."""
    shape = program.shape(number)
    kind = type(layer).__name__
    if not of_keras(type(layer)):
        raise UnsupportedError(f"activation layer {kind}, which is not a Keras layer")
    if kind == "ReLU":
        top = None if layer.max_value is None else float(layer.max_value)
        slope, threshold = float(layer.negative_slope), float(layer.threshold)
        return program.add("activation", [number], shape, kind="relu", slope=slope, top=top, threshold=threshold)
    if kind == "LeakyReLU":
        return program.add("activation", [number], shape, kind="relu", slope=float(layer.negative_slope))
    if kind == "ELU":
        return program.add("activation", [number], shape, kind="elu", alpha=float(layer.alpha))
    if kind == "Softmax":
        if layer.axis not in (-1, len(shape)):
            raise UnsupportedError(f"softmax over axis {layer.axis}")
        return program.add("softmax", [number], shape)
    if kind == "PReLU":
        slopes = np.broadcast_to(np.asarray(layer.alpha), shape).reshape(-1)
        return program.add("prelu", [number], shape, {"slopes": slopes.astype(np.float32)})
    raise UnsupportedError(f"activation layer {kind}")


@translates("ReLU", "LeakyReLU", "ELU", "Softmax", "PReLU")
def activation_layer(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Translate an activation layer; keras.ops.softmax has the same name and setting."""
    return _of_layer(program, inputs[0], step.operation)


@translates("Activation")
def named_activation(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Translate ``Activation("relu")`` and the like."""
    return activate(program, inputs[0], step.operation)


_OPERATIONS = {"Relu": "relu", "Relu6": "relu6", "Sigmoid": "sigmoid", "Tanh": "tanh", "Silu": "silu", "Gelu": "gelu"}


@translates(*_OPERATIONS)
def operation(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Translate functions of keras.ops and keras.activations in a functional graph."""
    if getattr(step.operation, "approximate", False):
        return program.add("activation", inputs, program.shape(inputs[0]), kind="gelu", approximate=True)
    return _named(program, inputs[0], _OPERATIONS[step.kind])
