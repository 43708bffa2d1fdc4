"""Products of a signal with a gate, as in squeeze-and-excitation: the signal gets all relevance.

Arras et al. 2017, arXiv:1706.07206, section 3.1: the gate has its effect in the forward pass, and gets no relevance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..inactive_layers import UNCHANGING
from ..unrolled_graph import Graph, Slot, Step
from .backward_pass import route_relevance
from .layer_kinds import ARITHMETIC, GATES, function_name
from .tensor_arguments import Wiring


def gates(graph: Graph) -> list[str]:
    """Return the paths of the products in which one input is a gate."""
    return [step.path for step in graph.steps if gate_of(step, graph) is not None]


def gate_of(step: Step, graph: Graph) -> int | None:
    """Return the gate input of a product of two tensors, or None if it is unclear."""
    if step.kind != "Multiply" or len(Wiring.of(step).places) != 2:
        return None
    found = [place for place, slot in enumerate(step.inputs) if _opens(graph, slot)]
    return found[0] if len(found) == 1 else None


def _opens(graph: Graph, slot: Slot) -> bool:
    """Whether a slot holds the result of a sigmoid or softmax, or of a spelled-out hard sigmoid, of any shape."""
    step = graph.producer(slot)
    scaled = False
    while step is not None and len(step.inputs) == 1 and step.kind in UNCHANGING | ARITHMETIC:
        scaled = scaled or step.kind in ARITHMETIC
        step = graph.producer(step.inputs[0])
    if step is None:
        return False
    clipped = step.kind == "Relu6" or (step.kind == "ReLU" and step.operation.max_value is not None)
    return function_name(step) in GATES or (scaled and clipped)


def signal_takes_all(step: Step, gate: int) -> Callable[..., Any]:
    """Return the replacement of a product, in which all relevance goes to the input that is not the gate."""
    wiring = Wiring.of(step)

    def call(*args: Any, **kwargs: Any) -> Any:
        import keras

        xs = wiring.tensors(args, kwargs)

        def back(relevance: Any) -> list[Any]:
            # Only the gate may be broadcast: the signal has the product's shape.
            return [keras.ops.zeros_like(x) if place == gate else relevance for place, x in enumerate(xs)]

        return route_relevance(xs, step.operation(*args, **kwargs), back)

    return call
