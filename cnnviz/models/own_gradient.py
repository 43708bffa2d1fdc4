"""Gradients of our own, in graphs that go when their model does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .import_tensorflow import tensorflow


def with_gradient(function: Callable[..., Any], *inputs: Any) -> Any:
    """Return the tensor that ``function(*inputs)`` gives together with a function of its gradient.

    As ``tf.custom_gradient``, which in a graph also registers the gradient by name, forever, and with it the whole
    graph and its weights. A tape holds the gradient itself: only a graph that is differentiated from outside needs the
    name, and here every gradient is taken inside.
    """
    tf = tensorflow()
    made = tf.custom_gradient(function)(*inputs)
    if not tf.executing_eagerly():
        _forget(made.op.get_attr("_gradient_op_type"))
    return made


def released(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose graph, traced at its first call, goes when the function does.

    Keras' losses register gradients of their own; see ``with_gradient``.
    """
    traced = False

    def run(*arguments: Any) -> Any:
        nonlocal traced
        if traced:
            return function(*arguments)
        before = set(_registered())
        made = function(*arguments)
        for name in set(_registered()) - before:
            _registered().pop(name, None)
        traced = True
        return made

    return run


def _forget(name: bytes) -> None:
    _registered().pop(name.decode(), None)


def _registered() -> dict[str, Any]:
    """Return TensorFlow's register of gradients by name.

    There is no public way; where this one is gone, memory grows with every model as it does in TensorFlow itself.
    """
    from tensorflow.python.framework import ops

    found: dict[str, Any] = getattr(getattr(ops, "gradient_registry", None), "_registry", {})
    return found
