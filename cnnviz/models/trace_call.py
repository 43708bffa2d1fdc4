"""The graph of a subclassed model, traced from a call on a symbolic input."""

from __future__ import annotations

import inspect
from typing import Any


def trace_call(model: Any) -> Any:
    """Return the keras.Function that a built model's ``call`` amounts to, or None where it cannot be followed.

    It can where ``call`` uses Keras' layers and operations and no values. Following it leaves the weights and the
    configuration as they are.
    """
    import keras

    shape = input_shape(model)
    if shape is None:
        return None
    start = keras.Input(batch_shape=shape)
    options = {"training": False} if "training" in inspect.signature(model.call).parameters else {}
    try:
        end = model.call(start, **options)
        return keras.Function(start, end)
    except Exception:
        # A custom call can raise anything on a symbolic tensor; then there is no graph.
        return None


def input_shape(model: Any) -> tuple[int | None, ...] | None:
    """Return the shape that a model was built for, with an open batch axis, or None if it was built for no array."""
    try:
        shape = (model.get_build_config() or {}).get("input_shape")
    except Exception:
        return None
    if not isinstance(shape, list | tuple) or not all(extent is None or isinstance(extent, int) for extent in shape):
        return None
    return (None, *shape[1:])
