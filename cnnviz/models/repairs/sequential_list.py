"""Sequential models as a bare list of layers, as in Keras 2.1 and older."""

from __future__ import annotations

from typing import Any

NAME = "bare list of layers"


def repair(config: Any) -> dict[str, Any]:
    """Wrap the list, at the top and in nested models, as a named model."""
    if isinstance(config, list):
        config = {"class_name": "Sequential", "config": config}
    return _wrapped(config)


def _wrapped(model: dict[str, Any]) -> dict[str, Any]:
    inner = model.get("config")
    if isinstance(inner, list) and model.get("class_name") == "Sequential":
        inner = {"name": model.get("name") or "sequential", "layers": inner}
    if not isinstance(inner, dict) or not isinstance(inner.get("layers"), list):
        return model
    layers = [_wrapped(layer) if isinstance(layer, dict) else layer for layer in inner["layers"]]
    return {**model, "config": {**inner, "layers": layers}}
