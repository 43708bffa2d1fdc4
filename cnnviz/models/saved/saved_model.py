"""SavedModel folders, as TensorFlow and tf.keras 2 write them.

Nothing in the folder is run to read it. tf.keras 2 stored the network's configuration beside the graph, so that its
layers can be rebuilt and filled from the checkpoint; without it, the graph's computation becomes a single layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import ModelError

from ..import_tensorflow import tensorflow
from .checkpoint import Checkpoint, refuse_pointer
from .object_graph import ObjectGraph, keras_descriptions
from .signature import signature_model
from .stored_model import Opened, Stored, Trust
from .verify import verify
from .weights import fill_deep

if TYPE_CHECKING:
    import keras

_FORMAT = "SavedModel"
_MOST_PB = 2 << 30
#: Keras 3 stores no configuration in a SavedModel.
_NOTED_BY = "2"


def read(path: Path) -> Stored:
    """Read a whole model; ModelError for a folder that is incomplete or damaged."""
    tensorflow()
    path = path.resolve()
    meta_graph = _meta_graph(path)
    checkpoint = Checkpoint(path)
    version = meta_graph.meta_info_def.tensorflow_version
    writer = f"TensorFlow {version}" if version else ""
    nodes = meta_graph.object_graph_def.nodes
    objects = ObjectGraph(nodes, keras_descriptions(path, nodes) if nodes else {}, checkpoint)
    config = objects.config()
    if config is not None and not checkpoint:
        raise ModelError(f"{path.name} is not complete: its folder variables is missing; copy the whole folder")
    groups = objects.groups() if config is not None else []

    def fill(model: keras.Model) -> None:
        shape = objects.input_shape()
        if not model.built and shape is not None:
            _call_once(model, shape, path.name)
        fill_deep(model, groups, path.name)

    def as_signature(trust: Trust, reason: str) -> Opened:
        model = signature_model(meta_graph, checkpoint, path, trust.code)
        verify(model, {}, path.name)
        return Opened(model, _FORMAT, writer, notes=(_no_layers(reason, path.name),))

    return Stored(path, _FORMAT, config, fill, writer, as_signature, _NOTED_BY, objects.training())


def _call_once(model: keras.Model, shape: Sequence[int | None], file: str) -> None:
    """Call a custom model once, so that it creates its variables."""
    try:
        model(np.zeros((1, *(extent or 1 for extent in shape[1:])), np.float32))
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ModelError(f"cannot open {file}: its {type(model).__name__} does not run: {reason[:200]}") from error


def _no_layers(reason: str, file: str) -> str:
    """Return the reason why only the signature is available."""
    for beginning in (f"{file} is not opened: ", f"cannot open {file} as a Keras model: "):
        reason = reason.removeprefix(beginning)
    return f"no inner layers are accessible: {reason or 'it has no Keras metadata, only the graph of its signature'}"


def _meta_graph(path: Path) -> Any:
    """Return the graph that is meant for serving."""
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    part = path / "saved_model.pb"
    refuse_pointer(part, path)
    if part.stat().st_size > _MOST_PB:
        raise ModelError(f"{path.name} is not opened: its {part.name} is over {_MOST_PB >> 30} GB long")
    saved = SavedModel()
    try:
        saved.ParseFromString(part.read_bytes())
    except (OSError, DecodeError) as error:
        raise ModelError(f"cannot open {path.name}: its {part.name} is damaged or cut short") from error
    if not saved.meta_graphs:
        raise ModelError(f"cannot open {path.name}: its {part.name} holds no graph; it is damaged or cut short")
    serving = [graph for graph in saved.meta_graphs if "serve" in graph.meta_info_def.tags]
    return (serving or list(saved.meta_graphs))[0]
