"""Verification of a built model against its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import ModelError

if TYPE_CHECKING:
    import keras


def verify(model: keras.Model, config: dict[str, Any], file: str) -> None:
    """Raise ModelError if the model does not take the inputs that its file declares, or holds NaN or infinity."""
    declared = declared_shape(config)
    inputs = getattr(model, "inputs", None) or []
    if declared is not None and len(inputs) == 1:
        taken = tuple(inputs[0].shape[1:])
        if len(taken) != len(declared) or any(a != b for a, b in zip(taken, declared, strict=True) if b is not None):
            raise ModelError(
                f"{file} declares inputs of {declared}, but the built model takes {taken}; please report it"
            )
    for variable in model.weights:
        values = np.asarray(variable)
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise ModelError(
                f"{file} holds NaN or infinity in {variable.path!r}, as after a diverged training; open an "
                "earlier checkpoint"
            )


def declared_shape(config: dict[str, Any]) -> tuple[int | None, ...] | None:
    """Return the shape of the one input in the configuration, or None if there are several or none."""
    layers = config.get("config", {}).get("layers") or []
    shapes = [_shape(layer) for layer in layers if isinstance(layer, dict)]
    first = [shape for shape in shapes if shape is not None]
    return first[0][1:] if len(first) == 1 else None


def _shape(layer: dict[str, Any]) -> tuple[int | None, ...] | None:
    inner = layer.get("config")
    if layer.get("class_name") != "InputLayer" or not isinstance(inner, dict):
        return None
    shape = inner.get("batch_shape") or inner.get("batch_input_shape")
    return tuple(shape) if isinstance(shape, list | tuple) else None
