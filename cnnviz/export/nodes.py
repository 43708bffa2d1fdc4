"""The program of the page's engine: a list of nodes, each an operation on earlier ones.

Number 0 is the model's input after pixel scaling; node k of the list has number k + 1. Fused activations become
separate nodes, so that every operation has one forward and one backward rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnnviz.models.unrolled_graph import Step


@dataclass(frozen=True)
class Node:
    """One operation: its name, input numbers, output shape, settings and weights."""

    op: str
    inputs: tuple[int, ...]
    shape: tuple[int, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    weights: Mapping[str, np.ndarray] = field(default_factory=dict)


class UnsupportedError(Exception):
    """The engine does not support this layer or its settings."""


class Program:
    """A program under construction."""

    def __init__(self, input_shape: tuple[int, ...]) -> None:
        self.nodes: list[Node] = []
        self._shapes: list[tuple[int, ...]] = [input_shape]

    def shape(self, number: int) -> tuple[int, ...]:
        """Return the shape of a numbered value, without the batch axis."""
        return self._shapes[number]

    def add(
        self,
        op: str,
        inputs: Sequence[int],
        shape: tuple[int, ...],
        weights: Mapping[str, np.ndarray] | None = None,
        **settings: Any,
    ) -> int:
        """Append a node and return its number."""
        self.nodes.append(Node(op, tuple(inputs), tuple(int(extent) for extent in shape), settings, weights or {}))
        self._shapes.append(self.nodes[-1].shape)
        return len(self.nodes)


#: Translates one step from the numbers of its inputs, and returns the number of its output.
Translator = Callable[[Program, Step, tuple[int, ...]], int]
TRANSLATORS: dict[str, Translator] = {}


def translates(*kinds: str) -> Callable[[Translator], Translator]:
    """Register a function for layers and operations of these class names."""

    def register(function: Translator) -> Translator:
        for kind in kinds:
            TRANSLATORS[kind] = function
        return function

    return register


def translator(step: Step) -> Translator:
    """Return the translator of a step; UnsupportedError if there is none."""
    found = TRANSLATORS.get(type(step.operation).__name__)
    if found is None or len(step.outputs) != 1:
        raise UnsupportedError("the page's engine has no such operation")
    if not of_keras(type(step.operation)):
        raise UnsupportedError("it is not a Keras layer, despite its name")
    return found


def of_keras(thing: Any) -> bool:
    """Whether a class or function is defined in Keras or TensorFlow, since others may have the same name."""
    return str(getattr(thing, "__module__", "")).split(".")[0] in ("keras", "tensorflow")


def channels_last(step: Step) -> None:
    """Raise UnsupportedError for a channels-first layer."""
    if getattr(step.operation, "data_format", "channels_last") != "channels_last":
        raise UnsupportedError("channels come first")


def pair(value: Any) -> tuple[int, int]:
    """Return a setting as (height, width); it may be a single number."""
    return (int(value), int(value)) if isinstance(value, int) else (int(value[0]), int(value[1]))
