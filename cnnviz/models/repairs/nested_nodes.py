"""Node numbers of nested models, which Keras 2 counted from 1."""

from __future__ import annotations

from typing import Any

from ..saved.config_tree import is_model, map_layers

NAME = "nested models"


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Number the uses of nested models from 0 in every graph that has none with the number 0."""
    return map_layers(config, _model)


def _model(model: dict[str, Any]) -> dict[str, Any]:
    inner = model["config"]
    if not isinstance(inner.get("layers"), list) or "output_layers" not in inner or _is_keras_3(inner["layers"]):
        return model
    nested = {
        layer["config"]["name"] if "name" in layer["config"] else layer.get("name")
        for layer in inner["layers"]
        if is_model(layer)
    }
    used = [ref for ref in _references(inner) if ref[0] in nested]
    late = {name for name in nested if (numbers := [r[1] for r in used if r[0] == name]) and min(numbers) > 0}
    if not late:
        return model
    return {**model, "config": {**inner, **{k: _counted(inner[k], late) for k in ("layers", "output_layers")}}}


def _is_keras_3(layers: list[Any]) -> bool:
    """Whether a graph says with what each layer is called as Keras 3 does, by mappings of arguments."""
    return any(isinstance(node, dict) for layer in layers for node in layer.get("inbound_nodes") or ())


def _references(value: Any) -> list[list[Any]]:
    """Yield every [layer, node, tensor, …] in the nodes and outputs of a graph."""
    found = []
    parts = [layer.get("inbound_nodes") for layer in value["layers"]] + [value["output_layers"]]
    waiting = [part for part in parts if part]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            if _is_reference(item):
                found.append(item)
            else:
                waiting.extend(item)
    return found


def _counted(value: Any, late: set[str]) -> Any:
    if isinstance(value, list):
        if _is_reference(value) and value[0] in late:
            return [value[0], value[1] - 1, *value[2:]]
        return [_counted(item, late) for item in value]
    if isinstance(value, dict):
        return {key: _counted(item, late) if key == "inbound_nodes" else item for key, item in value.items()}
    return value


def _is_reference(item: list[Any]) -> bool:
    return len(item) >= 3 and isinstance(item[0], str) and isinstance(item[1], int) and isinstance(item[2], int)
