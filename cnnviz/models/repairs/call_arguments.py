"""Tensors passed to a layer by name, as in ``attention(query, value=x)``.

Keras 2 wrote them as [layer, node, tensor] among the options of a call, where Keras 3 reads a list. The one shape that
2.12 to 2.15 recorded for building such a layer is dropped: the call tells all.
"""

from __future__ import annotations

from typing import Any

from ..saved.config_tree import is_model, map_layers

NAME = "call arguments"


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Rewrite calls with named tensors in the form of Keras 3."""
    return map_layers(config, _model)


def _model(model: dict[str, Any]) -> dict[str, Any]:
    if not is_model(model):
        return model
    names = {_name(layer) for layer in model["config"]["layers"] if isinstance(layer, dict)}
    layers = [_called(layer, names) if isinstance(layer, dict) else layer for layer in model["config"]["layers"]]
    return {**model, "config": {**model["config"], "layers": layers}}


def _name(layer: dict[str, Any]) -> Any:
    inner = layer.get("config")
    return layer.get("name") or (inner.get("name") if isinstance(inner, dict) else None)


def _called(layer: dict[str, Any], names: set[Any]) -> dict[str, Any]:
    nodes = layer.get("inbound_nodes")
    if not isinstance(nodes, list) or str(layer.get("class_name")).endswith("OpLambda"):
        return layer
    made = [_node(node, names) for node in nodes]
    kept = {key: value for key, value in layer.items() if key != "build_config" or made == nodes}
    return {**kept, "inbound_nodes": made}


def _node(node: Any, names: set[Any]) -> Any:
    if not isinstance(node, list) or not all(isinstance(entry, list) and len(entry) in (3, 4) for entry in node):
        return node
    options = node[0][3] if node and len(node[0]) == 4 and isinstance(node[0][3], dict) else {}
    if not any(_is_tensor(value, names) for value in options.values()):
        return node
    fed = [_tensor(entry) for entry in node]
    said = {key: _tensor(value) if _is_tensor(value, names) else value for key, value in options.items()}
    return {"args": fed if len(fed) == 1 else [fed], "kwargs": said}


def _is_tensor(value: Any, names: set[Any]) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and isinstance(value[0], str)
        and value[0] in names
        and all(isinstance(number, int) for number in value[1:])
    )


def _tensor(entry: list[Any]) -> dict[str, Any]:
    history = {"shape": [None], "dtype": "float32", "keras_history": entry[:3]}
    return {"class_name": "__keras_tensor__", "config": history}
