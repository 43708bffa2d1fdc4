"""The object tree of a tf.keras 2 SavedModel: its layers, and their arrays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cnnviz.core.errors import ModelError

from ..repairs.layer_names import clean
from .checkpoint import Checkpoint, key_of, refuse_pointer
from .limits import MOST_CONFIG
from .protobuf import fields
from .tf_json import loads
from .weights import Group

_LAYER = re.compile(r"layer(?:_with_weights)?-\d+")
_MODELS = ("_tf_keras_network", "_tf_keras_sequential", "_tf_keras_model")
#: Children that tf.keras uses for bookkeeping, without layers of their own.
_BOOKS = {
    "variables", "trainable_variables", "non_trainable_variables", "regularization_losses", "keras_api", "optimizer",
    "signatures", "layers", "metrics", "_random_generator", "loss", "_all_variables",
}  # fmt: skip
#: Of SavedMetadata and SavedObject in keras_metadata.pb.
_NODES, _ID, _METADATA = 1, 2, 5


class ObjectGraph:
    """The objects of a SavedModel, by number; 0 is the model itself.

    ``described`` has Keras' metadata of models and layers (class_name, name and config) by the object's number.
    """

    def __init__(self, nodes: Any, described: Mapping[int, Mapping[str, Any]], checkpoint: Checkpoint) -> None:
        self.described = described
        self._nodes = nodes
        self._checkpoint = checkpoint
        self._keys = _matched(nodes, checkpoint.objects()) if described else {}

    def config(self) -> dict[str, Any] | None:
        """Return the model's configuration, or None if the metadata have no layers."""
        about = self.described.get(0, {})
        whole = about.get("model_config")
        found = whole if isinstance(whole, dict) and "class_name" in whole else about
        kind, inner = found.get("class_name"), found.get("config")
        if not isinstance(kind, str) or not isinstance(inner, dict | list):
            return None
        return {"class_name": kind, "config": inner}

    def input_shape(self) -> list[int | None] | None:
        """Return the shape, batch axis included, that the model was built for, if recorded."""
        about = self.described.get(0, {})
        shape = about.get("build_input_shape") or about.get("batch_input_shape")
        return shape if isinstance(shape, list) and all(e is None or isinstance(e, int) for e in shape) else None

    def training(self) -> Any:
        """Return the model's configuration of compile, or None."""
        return self.described.get(0, {}).get("training_config")

    def groups(self) -> list[Group]:
        """Return the arrays of each layer, those of nested models under their paths: ``backbone/conv2``."""
        return list(self._groups(0, "", 0))

    def _groups(self, node: int, prefix: str, depth: int) -> Iterator[Group]:
        if depth > 32:
            raise ModelError("the model is nested more than 32 deep")
        for place, child in self._layers(node):
            path = prefix + clean(str(self.described.get(child, {}).get("name") or place))
            if self._is_model(child):
                yield from self._groups(child, path + "/", depth + 1)
            else:
                arrays = self._arrays(child)
                yield (
                    path,
                    [(name if "/" in name else f"{path}/{name}", self._checkpoint.array(key)) for name, key in arrays],
                )

    def _layers(self, node: int) -> list[tuple[str, int]]:
        """Return the layers of a model in order, each once; those of a subclassed model are its attributes."""
        children = [(child.local_name, child.node_id) for child in self._nodes[node].children]
        numbered = [(name, child) for name, child in children if _LAYER.fullmatch(name)]
        found = numbered or [(name, child) for name, child in children if name not in _BOOKS and self._is_layer(child)]
        return [(name, child) for at, (name, child) in enumerate(found) if child not in {c for _, c in found[:at]}]

    def _is_layer(self, node: int) -> bool:
        return str(self._nodes[node].user_object.identifier).startswith("_tf_keras_") and "name" in self.described.get(
            node, {}
        )

    def _is_model(self, node: int) -> bool:
        return self._nodes[node].user_object.identifier in _MODELS and bool(self._layers(node))

    def _arrays(self, layer: int) -> list[tuple[str, str]]:
        """Return names and keys of a layer's arrays: first in the order of its weights, then any others."""
        listed = [c.node_id for c in self._nodes[layer].children if c.local_name == "variables"]
        found = {child.node_id: "" for books in listed for child in self._nodes[books].children}
        for name, node in self._walk(layer):
            found[node] = found.get(node) or name
        arrays = []
        for node, name in found.items():
            key = self._keys.get(node)
            variable = self._nodes[node].variable
            # Integers are counters and random states.
            if key is not None and self._checkpoint.dtypes[key].is_floating:
                arrays.append((str(variable.name).split(":")[0] or name, key))
        return arrays

    def _walk(self, layer: int) -> Iterator[tuple[str, int]]:
        """Yield every variable below a layer, with the name of its attribute."""
        seen = {layer}
        waiting = [layer]
        while waiting:
            for child in self._nodes[waiting.pop(0)].children:
                if child.node_id in seen or child.local_name in _BOOKS:
                    continue
                seen.add(child.node_id)
                if self._nodes[child.node_id].WhichOneof("kind") == "variable":
                    yield child.local_name, child.node_id
                else:
                    waiting.append(child.node_id)


def _matched(nodes: Any, stored: Any) -> dict[int, str]:
    """Return the key of each variable, by walking both trees in parallel by the names of their branches."""
    keys: dict[int, str] = {}
    waiting, seen = [(0, 0)], {0}
    while waiting and len(stored):
        here, there = waiting.pop()
        key = key_of(stored[there].attributes)
        if key is not None:
            keys[here] = key
        known = {child.local_name: child.node_id for child in stored[there].children}
        for child in nodes[here].children:
            if child.local_name in known and child.node_id not in seen:
                seen.add(child.node_id)
                waiting.append((child.node_id, known[child.local_name]))
    return keys


def keras_descriptions(folder: Path, nodes: Any) -> dict[int, dict[str, Any]]:
    """Return what Keras noted of each object, by its number.

    From TensorFlow 2.4 on it lies in keras_metadata.pb; before, in the objects themselves.
    """
    path = folder / "keras_metadata.pb"
    if path.is_file():
        refuse_pointer(path, folder)
        if path.stat().st_size > MOST_CONFIG:
            raise ModelError(f"{folder.name} is not opened: its {path.name} is over {MOST_CONFIG >> 20} MB long")
    try:
        texts = _from_file(path.read_bytes()) if path.is_file() else _from_objects(nodes)
        found = {node: loads(text) for node, text in texts if text}
    except (ValueError, RecursionError) as error:
        where = path.name if path.is_file() else "saved_model.pb"
        raise ModelError(f"cannot open {folder.name}: the Keras metadata in its {where} are damaged") from error
    return {node: about for node, about in found.items() if isinstance(about, dict)}


def _from_file(data: bytes) -> Iterator[tuple[int, str]]:
    for number, message in fields(data):
        if number == _NODES and isinstance(message, bytes):
            parts = dict(fields(message))
            text, node = parts.get(_METADATA, b""), parts.get(_ID, 0)
            if isinstance(text, bytes) and isinstance(node, int):
                yield node, text.decode("utf-8")


def _from_objects(nodes: Any) -> Iterator[tuple[int, str]]:
    for number, node in enumerate(nodes):
        if node.user_object.identifier.startswith("_tf_keras_"):
            yield number, node.user_object.metadata
