"""A SavedModel's signature as one flat graph of pure operations, with its variables as inputs.

A signature calls functions that call functions. Here their bodies are inlined, from the results backwards, so that only
what the results depend on is read, and every such operation is checked against the list of pure ones. The resulting
graph has no functions, no variables and no side effects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cnnviz.core.errors import ModelError

from .pure_ops import ORDER_ONLY, OUTPUT_NAMES, PURE, PYTHON, TRAINING_PREFIXES

_CALLS = {"PartitionedCall", "StatefulPartitionedCall"}
_VARIABLES = {"VarHandleOp", "VariableV2", "Variable"}
_SAME = {"Identity", "ReadVariableOp"}
_KNOWN = PURE | _CALLS | _VARIABLES | _SAME | ORDER_ONLY | {"Placeholder"}
#: Limits of inlining, since a file of a few lines can request billions of calls.
_MOST_NODES, _MOST_DEPTH = 500_000, 64


class NotPureError(ModelError):
    """A graph has side effects; it runs only if it is trusted."""


@dataclass
class FlatGraph:
    """``graph`` is a GraphDef; ``outputs`` are tensors of it, ``variables`` and ``inputs`` its Placeholders by name.

    ``variables`` maps the variables' names in the file.
    """

    graph: Any
    outputs: tuple[str, ...] = ()
    inputs: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def producer(self, tensor: str) -> Any:
        """Return the node that produces a tensor."""
        return self._nodes()[tensor.split(":")[0]]

    def _nodes(self) -> dict[str, Any]:
        return {node.name: node for node in self.graph.node}


def flatten(definition: Any, inputs: Sequence[str], outputs: Sequence[str], file: str) -> FlatGraph:
    """Inline everything that ``outputs`` of a GraphDef depend on, both being names of tensors.

    NotPureError for operations that are not pure; ModelError for a graph that is damaged or endless.
    """
    return _Flattener(definition, file).run(inputs, outputs)


class _Flattener:
    def __init__(self, definition: Any, file: str) -> None:
        from tensorflow.core.framework.graph_pb2 import GraphDef

        self._functions = {function.signature.name: function for function in definition.library.function}
        self._top = definition
        self._file = file
        self._fed: set[str] = set()
        self._written_nodes = 0
        self._flat = FlatGraph(GraphDef())
        self._flat.graph.versions.CopyFrom(definition.versions)

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> FlatGraph:
        nodes = {node.name: node for node in self._top.node}
        self._fed = {name.split(":")[0] for name in inputs}
        made = self._body(nodes, {}, [_tensor(name) for name in outputs], 0)
        self._flat.outputs = tuple(made)
        return self._flat

    def _body(
        self, nodes: Mapping[str, Any], given: Mapping[str, str], wanted: Sequence[tuple[str, str, int]], depth: int
    ) -> list[str]:
        """Inline one body and return a tensor for each requested name. ``given`` are a function's arguments."""
        if depth > _MOST_DEPTH:
            raise ModelError(f"{self._file} is not opened: its functions call each other without end")
        made = {name: _always(tensor) for name, tensor in given.items()}
        for node in self._in_order(nodes, [name for name, _, _ in wanted], made):
            made[node.name] = self._written(node, made, depth, top=not depth)
        return [made[name](part, index) for name, part, index in wanted]

    def _in_order(self, nodes: Mapping[str, Any], wanted: Sequence[str], made: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the nodes that the requested ones depend on, in topological order."""
        done: set[str] = set(made)
        open_: set[str] = set()
        waiting = list(reversed(wanted))
        while waiting:
            name = waiting[-1]
            if name in done:
                waiting.pop()
                continue
            node = nodes.get(name)
            if node is None:
                raise ModelError(f"cannot open {self._file}: its graph lacks the node {name!r}; it is damaged")
            self._judge(node)
            before = [] if self._is_leaf(node) else [_tensor(tensor)[0] for tensor in node.input]
            missing = [other for other in before if other not in done]
            if name in open_ and missing:
                raise ModelError(f"{self._file} is not opened: its graph has a cycle, through {name!r}")
            if missing:
                open_.add(name)
                waiting.extend(missing)
                continue
            waiting.pop()
            done.add(name)
            yield node

    def _is_leaf(self, node: Any) -> bool:
        return node.op in _VARIABLES or (node.op.startswith("Placeholder") and node.name in self._fed)

    def _judge(self, node: Any) -> None:
        if node.op in _KNOWN or node.op in self._functions:
            return
        if node.op.startswith(TRAINING_PREFIXES):
            raise NotPureError(
                f"{self._file} is not opened: its graph runs {node.op!r}, as a network in training does, with random "
                "output; save the network itself with model.save(), or give --trust-model, in Python trust=True"
            )
        if node.op in PYTHON:
            raise ModelError(
                f"{self._file} is not opened: its graph runs {node.op!r}, a Python function that only the program "
                "which saved it has; save a network that computes with TensorFlow or Keras alone"
            )
        raise NotPureError(
            f"{self._file} is not opened: its graph runs {node.op!r}, which has side effects; if you trust "
            "the file, give --trust-model, in Python trust=True"
        )

    def _written(self, node: Any, made: Mapping[str, Any], depth: int, top: bool) -> Callable[[str, int], str]:
        """Inline one node and return the names of its tensors."""
        self._written_nodes += 1
        if self._written_nodes > _MOST_NODES:
            raise ModelError(f"{self._file} is not opened: its graph has more than {_MOST_NODES:,} operations")
        if node.op in _VARIABLES:
            return _always(self._placeholder(self._flat.variables, node, f"variable_{len(self._flat.variables)}"))
        if node.op.startswith("Placeholder") and top and node.name in self._fed:
            return _always(self._placeholder(self._flat.inputs, node, f"input_{len(self._flat.inputs)}"))
        if node.op == "Placeholder":
            raise ModelError(f"cannot open {self._file}: its signature has no value for the input {node.name!r}")
        if node.op in ORDER_ONLY:
            return _always("")
        fed = [made[name](part, index) for name, part, index in map(_tensor, node.input) if part != "^"]
        if node.op in _SAME:
            return _always(fed[0])
        function = node.attr["f"].func.name if node.op in _CALLS else node.op
        if function in self._functions:
            return self._called(self._functions[function], fed, depth)
        return self._copied(node, fed)

    def _called(self, function: Any, fed: Sequence[str], depth: int) -> Callable[[str, int], str]:
        arguments = [argument.name for argument in function.signature.input_arg]
        if len(arguments) != len(fed):
            raise ModelError(f"cannot open {self._file}: its graph calls a function wrongly; it is damaged")
        results = [argument.name for argument in function.signature.output_arg]
        wanted = [_tensor(function.ret[name]) for name in results]
        nodes = {node.name: node for node in function.node_def}
        # Operations that a function must run before it returns are checked too, although their results are unused.
        for name in function.control_ret.values():
            list(self._in_order(nodes, [name], dict.fromkeys(arguments)))
        tensors = self._body(nodes, dict(zip(arguments, fed, strict=True)), wanted, depth + 1)
        places = {name: place for place, name in enumerate(results)}
        return lambda part, index: tensors[places.get(part, index)]

    def _copied(self, node: Any, fed: Sequence[str]) -> Callable[[str, int], str]:
        copy = self._flat.graph.node.add()
        copy.name, copy.op = f"n{len(self._flat.graph.node)}", node.op
        copy.input.extend(fed)
        for key, value in node.attr.items():
            if not key.startswith("_"):
                copy.attr[key].CopyFrom(value)
        names = OUTPUT_NAMES.get(node.op, ())
        return lambda part, index: f"{copy.name}:{names.index(part) if part in names else index}"

    def _placeholder(self, known: dict[str, str], node: Any, name: str) -> str:
        if node.name not in known:
            known[node.name] = name
            copy = self._flat.graph.node.add()
            copy.name, copy.op = name, "Placeholder"
            copy.attr["dtype"].CopyFrom(node.attr["dtype"])
        return f"{known[node.name]}:0"


def _always(tensor: str) -> Callable[[str, int], str]:
    return lambda _part, _index: tensor


def _tensor(text: str) -> tuple[str, str, int]:
    """Split a tensor's name: ``node``, ``node:1``, in functions ``node:result:1``; ``^node`` is a control input."""
    if text.startswith("^"):
        return text[1:], "^", 0
    name, *rest = text.split(":")
    part = rest[0] if len(rest) == 2 else ""
    return name, part, int(rest[-1]) if rest else 0
