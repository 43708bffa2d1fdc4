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


def _forget(name: bytes) -> None:
    from tensorflow.python.framework import ops

    # There is no public way; where this one is gone, memory grows with every model as it does in TensorFlow itself.
    registry = getattr(getattr(ops, "gradient_registry", None), "_registry", {})
    registry.pop(name.decode(), None)
