"""The variables of a SavedModel: arrays by key, and their object tree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.errors import ModelError

from ..import_tensorflow import tensorflow
from .limits import MOST_BYTES

_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"
_VALUE = "VARIABLE_VALUE"


class Checkpoint:
    """Read-only access to ``variables/`` of a SavedModel folder, read on demand.

    ModelError for files that are missing, damaged or cut short, or whose header promises more than they hold.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder.name
        self._reader: Any = None
        self.dtypes: Mapping[str, Any] = {}
        prefix = folder / "variables" / "variables"
        index = prefix.with_name("variables.index")
        data = sorted(prefix.parent.glob("variables.data-*")) if prefix.parent.is_dir() else []
        if not index.is_file() and not data:
            return
        for part in (index, *data):
            if not part.is_file():
                raise ModelError(f"{folder.name} is not complete: its variables/{part.name} is missing")
            refuse_pointer(part, folder)
        if not data:
            raise ModelError(f"{folder.name} is not complete: its variables/variables.data-00000-of-00001 is missing")
        self._open(str(prefix), sum(part.stat().st_size for part in data))

    def __bool__(self) -> bool:
        return self._reader is not None

    def __contains__(self, key: str) -> bool:
        return key in self.dtypes

    def array(self, key: str) -> np.ndarray:
        """Return the array of a key."""
        if key not in self.dtypes:
            raise ModelError(f"{self._file} holds no array {key!r}; it is damaged")
        try:
            return np.asarray(self._reader.get_tensor(key))
        except Exception as error:
            raise self._damaged() from error

    def objects(self) -> Any:
        """Return the nodes of the object tree, node 0 being the root; empty for files of TensorFlow 1."""
        from tensorflow.core.protobuf.trackable_object_graph_pb2 import TrackableObjectGraph

        if _GRAPH not in self:
            return []
        graph = TrackableObjectGraph()
        try:
            graph.ParseFromString(self._reader.get_tensor(_GRAPH))
        except Exception as error:
            raise self._damaged() from error
        return graph.nodes

    def _open(self, prefix: str, held: int) -> None:
        tf = tensorflow()
        try:
            self._reader = tf.train.load_checkpoint(prefix)
            shapes = self._reader.get_variable_to_shape_map()
            self.dtypes = self._reader.get_variable_to_dtype_map()
        except Exception as error:
            # TensorFlow has an error class for each kind of damage; older versions raise plain RuntimeErrors.
            raise self._damaged() from error
        needed = sum(
            self.dtypes[key].size * float(np.prod(shape, dtype=np.float64))
            for key, shape in shapes.items()
            if self.dtypes[key] != tf.string
        )
        if needed > MOST_BYTES:
            raise ModelError(f"{self._file} is not opened: its arrays would take more than {MOST_BYTES >> 30} GB")
        if needed > held:
            raise self._damaged()

    def _damaged(self) -> ModelError:
        return ModelError(f"cannot open {self._file}: its variables are damaged or cut short; copy the folder again")


def key_of(attributes: Any) -> str | None:
    """Return the key of the array among an object's attributes."""
    return next((str(attribute.checkpoint_key) for attribute in attributes if attribute.name == _VALUE), None)


def refuse_pointer(part: Path, folder: Path) -> None:
    """Raise ModelError if a part of a SavedModel is only a Git LFS pointer."""
    with part.open("rb") as file:
        if file.read(19) == b"version https://git":
            raise ModelError(f"{folder.name} holds a Git LFS pointer, {part.name}, instead of data; run git lfs pull")
