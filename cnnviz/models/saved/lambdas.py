"""Lambda layers: replaced by the caller's functions, or trusted code as functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..repairs.layer_names import clean
from .bytecode import function_of, is_code
from .config_tree import map_layers, objects
from .stored_model import Trust


def resolve_lambdas(config: dict[str, Any], trust: Trust, file: str) -> tuple[dict[str, Any], Trust]:
    """Return the configuration with functions for Lambda layers, and the trust with those functions among its objects.

    A function that the caller gave under the name of the layer takes the place of its code, which is then not looked
    at. Other code is only read where the caller trusts it, and is left for the guard to refuse elsewhere. ModelError
    for trusted code that this Python cannot run.
    """
    made: dict[str, Callable[..., Any]] = {}

    def settle(layer: dict[str, Any]) -> dict[str, Any]:
        inner = layer.get("config")
        if layer.get("class_name") != "Lambda" or not isinstance(inner, dict) or "function" not in inner:
            return layer
        name = str(inner.get("name"))
        given = next((key for key in trust.objects if clean(key) == name), name)
        if given in trust.objects:
            plain = not is_code(inner.get("output_shape")) and not _dumped(inner.get("output_shape"))
            shape = {"output_shape": inner["output_shape"]} if plain and "output_shape" in inner else {}
            rest = {key: value for key, value in inner.items() if key not in ("output_shape", "mask")}
            return {**layer, "config": {**rest, **shape, "function": _named(given)}}
        return {**layer, "config": {**inner, **{key: said(inner[key], name) for key in _KEYS if key in inner}}}

    def said(value: Any, layer: str) -> Any:
        if isinstance(value, str):
            return _named(value)
        dumped = value if is_code(value) else _dumped(value)
        if dumped is None or not trust.code:
            return value
        key = f"code {len(made)} of {layer}"
        made[key] = function_of(dumped, layer, file)
        return _named(key)

    config = map_layers(config, settle)
    if trust.code:
        # Keras loads code of activations and initializers itself, once its Python version is verified.
        for layer, found in objects(config):
            dumped = _dumped(found)
            if dumped is not None:
                function_of(dumped, layer, file)
    return config, Trust(trust.code, {**trust.objects, **made})


_KEYS = ("function", "output_shape", "mask")


def _dumped(value: Any) -> Any:
    """Return the stored code in a Keras 3 configuration: a mapping, or a list in its ``value``."""
    if not isinstance(value, dict) or value.get("class_name") != "__lambda__":
        return None
    inner = value.get("config")
    return inner.get("value", inner) if isinstance(inner, dict) else inner


def _named(name: str) -> dict[str, Any]:
    return {"module": "builtins", "class_name": "function", "config": name, "registered_name": "function"}
