"""The checkpoint key of each variable of a graph, read from the graph's own restore operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ASSIGN = {"Assign", "AssignVariableOp"}
_SAME = {"Identity", "Cast"}


def variable_keys(meta_graph: Any) -> dict[str, str]:
    """Return the key of each variable by the name of its node; nothing is run.

    TensorFlow 2 restores in a function that is called with the variables, TensorFlow 1 in the graph itself.
    """
    nodes = {node.name: node for node in meta_graph.graph_def.node}
    found = _assigned(nodes, {})
    call = nodes.get(meta_graph.saver_def.restore_op_name.split(":")[0])
    if call is not None and "f" in call.attr:
        for function in meta_graph.graph_def.library.function:
            if function.signature.name == call.attr["f"].func.name:
                arguments = [argument.name for argument in function.signature.input_arg]
                given = dict(zip(arguments, call.input, strict=False))
                found |= _assigned({node.name: node for node in function.node_def}, given)
    return found


def _assigned(nodes: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for node in nodes.values():
        if node.op in _ASSIGN and len(node.input) >= 2:
            key = _key(nodes, node.input[1])
            if key is not None:
                variable = node.input[0]
                found[given.get(variable, variable).split(":")[0]] = key
    return found


def _key(nodes: Mapping[str, Any], tensor: str) -> str | None:
    """Return the key that RestoreV2 reads for a value."""
    for _ in range(8):
        name, *rest = tensor.split(":")
        node = nodes.get(name)
        if node is None or not node.input:
            return None
        if node.op == "RestoreV2":
            names = nodes.get(node.input[1].split(":")[0])
            keys = _texts(names) if names is not None and names.op == "Const" else []
            index = int(rest[-1]) if rest else 0
            return keys[index] if index < len(keys) else None
        if node.op not in _SAME:
            return None
        tensor = node.input[0]
    return None


def _texts(constant: Any) -> list[str]:
    return [text.decode("utf-8", "replace") for text in constant.attr["value"].tensor.string_val]
