"""Computations without accessible layers: a flattened graph, or one loaded by TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.errors import ModelError

from ..import_tensorflow import tensorflow
from .flat_graph import FlatGraph

#: Variables by key, each with its name in the file.
Arrays = Mapping[str, tuple[str, np.ndarray]]


@dataclass(frozen=True)
class Computation:
    """A computation; ``run`` maps a batch of inputs and the variables, by key, to one tensor per output."""

    run: Callable[[Any, Mapping[str, Any]], Sequence[Any]]
    arrays: Arrays


def pure_computation(flat: FlatGraph, arrays: Arrays, file: str) -> Computation:
    """Return what a flat graph computes; ModelError if its input has no part in it."""
    tf = tensorflow()
    entry = next(iter(flat.inputs.values()), "")
    if not any(f"{entry}:0" in node.input for node in flat.graph.node):
        raise ModelError(f"{file} returns the same output for every image: its signature does not use its input")

    # AutoGraph would leave a file of converted code in the temporary folder for as long as the process runs.
    @tf.function(reduce_retracing=True, autograph=False)
    def computed(x: Any, variables: Mapping[str, Any]) -> list[Any]:
        fed = {f"{entry}:0": x} | {f"{tensor}:0": value for tensor, value in variables.items()}
        return list(tf.graph_util.import_graph_def(flat.graph, fed, list(flat.outputs), name=""))

    return Computation(computed, arrays)


def load_computation(path: Path, signature: str, outputs: Sequence[str]) -> Computation:
    """Let TensorFlow load a folder and return what its signature computes: whatever its graph does is done.

    The arrays are copies, for the model card; the graph runs on its own variables.
    """
    tf = tensorflow()
    model = tf.saved_model.load(str(path))
    function = model.signatures[signature]
    (argument,) = function.structured_input_signature[1]
    arrays = {str(number): (variable.name, variable.numpy()) for number, variable in enumerate(function.variables)}

    def run(x: Any, _variables: Mapping[str, Any]) -> list[Any]:
        made = function(**{argument: x})
        return [made[name] for name in outputs]

    # The function has weak references to its variables; the model keeps them alive.
    run.model = model  # type: ignore[attr-defined]
    return Computation(run, arrays)
