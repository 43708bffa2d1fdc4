"""Description of a model as plain data."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.hashing import array_hash
from cnnviz.core.model_card import LayerInfo

from .head import activation_name
from .import_tensorflow import tensorflow
from .receptive_field import receptive_fields
from .unrolled_graph import Graph, Step

if TYPE_CHECKING:
    import keras


def layer_infos(graph: Graph, image_shape: tuple[int, int, int]) -> tuple[LayerInfo, ...]:
    """Describe every step of the graph, for images of (height, width, channels)."""
    fields = receptive_fields(graph, image_shape)
    made_by = {slot: step.path for step in graph.steps for slot in step.outputs}
    infos = []
    called: set[int] = set()
    counted: set[int] = set()
    for step in graph.steps:
        again = id(step.operation) in called
        called.add(id(step.operation))
        field = fields[step.path]
        size = None if field is None else (round(field.size[0]), round(field.size[1]))
        infos.append(
            LayerInfo(
                path=step.path,
                kind=step.kind,
                shape=tuple(int(extent or 0) for extent in step.shapes[0][1:]),
                parameters=_parameters(step, counted),
                activation=activation_name(step.operation),
                receptive_field=size,
                stride=None if field is None else field.stride,
                offset=None if field is None else field.offset,
                inputs=tuple(made_by.get(slot, "") for slot in step.inputs),
                again=again,
            )
        )
    return tuple(infos)


def _parameters(step: Step, counted: set[int]) -> int:
    """Return the number of a layer's weights that are not in ``counted``, and add them to it."""
    new = {id(variable): variable for variable in getattr(step.operation, "weights", ()) if id(variable) not in counted}
    counted.update(new)
    return sum(_size(variable) for variable in new.values())


def _size(variable: Any) -> int:
    size = 1
    for extent in variable.shape:
        size *= int(extent)
    return size


def model_hash(model: keras.Model, graph: Graph) -> str:
    """Return 16 hex digits that identify structure and weights, independent of the file."""
    structure = ";".join(f"{s.path}:{s.kind}:{s.shapes}:{[i.index for i in s.inputs]}" for s in graph.steps)
    weights = array_hash(*map(_weights, model.weights))
    return hashlib.sha256(f"{structure}|{weights}".encode()).hexdigest()[:16]


def _weights(variable: Any) -> np.ndarray:
    """Return a variable's array; without the bookkeeping of ``numpy()``, which takes most of a short call's time."""
    held = variable.value
    if not hasattr(held, "handle"):
        return np.asarray(variable.numpy())
    return np.asarray(tensorflow().raw_ops.ReadVariableOp(resource=held.handle, dtype=held.dtype))
