"""Write SavedModel folders as tf.keras 2 wrote them, from facts about the format alone.

TensorFlow saves a tree of plain objects whose branches have the names that tf.keras gave them; then the notes of
Keras are put in: from TensorFlow 2.4 on into keras_metadata.pb, before that into the objects.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

#: Where Keras' notes lie: in a file of their own, or in the objects.
OWN_FILE, IN_OBJECTS = "2.12.1", "2.1.0"
#: What tf.keras called the variables that Keras 3 calls otherwise.
_ATTRIBUTES = {("DepthwiseConv2D", "kernel"): "depthwise_kernel", ("Normalization", "mean"): "adapt_mean"}


def field(number: int, value: int | bytes | str) -> bytes:
    """One field of a protocol buffer: a number, or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*made, value])


def metadata_file(notes: Mapping[int, tuple[str, str, Any]]) -> bytes:
    """SavedMetadata: for each object its number, its path, what it is and what Keras noted of it, as JSON."""
    return b"".join(
        field(1, field(2, node) + field(3, path) + field(4, kind) + field(5, text(said)) + field(6, field(1, 1)))
        for node, (path, kind, said) in notes.items()
    )


def text(said: Any) -> str:
    return said if isinstance(said, str) else json.dumps(said)


def tuples(value: Any, key: str = "") -> Any:
    """Write shapes and sizes as tf.keras did: mappings that say that they are tuples."""
    if isinstance(value, dict):
        return {name: tuples(item, name) for name, item in value.items()}
    if isinstance(value, list):
        if key.endswith(("_shape", "_size", "strides", "dilation_rate")):
            return {"class_name": "__tuple__", "items": value}
        return [tuples(item) for item in value]
    return value


def write(
    path: Path, model: keras.Model, config: dict[str, Any], version: str = OWN_FILE, frozen: tuple[str, ...] = ()
) -> Path:
    """Save what ``model`` holds, with ``config`` as what Keras noted of it.

    Arrays of the nested models in ``frozen`` get their keys from the list of all variables, as TensorFlow gives them
    to objects that it meets there first.
    """
    notes: dict[str, tuple[str, Any]] = {}
    root = _branch(model, config, "root", notes, frozen)
    return save(path, root, notes, version)


def save(path: Path, root: Any, notes: Mapping[str, tuple[str, Any]], version: str = OWN_FILE) -> Path:
    """Save a tree of objects, with Keras' notes by their paths: ``root.layer-0``."""
    tf.saved_model.save(root, str(path))
    saved = opened(path)
    graph = saved.meta_graphs[0]
    graph.meta_info_def.tensorflow_version = version
    nodes = graph.object_graph_def.nodes
    numbered = {}
    for place, (kind, said) in notes.items():
        node = 0
        for name in place.split(".")[1:]:
            node = {child.local_name: child.node_id for child in nodes[node].children}[name]
        nodes[node].user_object.identifier = kind
        if version == IN_OBJECTS:
            nodes[node].user_object.metadata = text(said)
        numbered[node] = (place, kind, said)
    if version == IN_OBJECTS:
        for node in nodes:
            if node.WhichOneof("kind") == "variable":
                node.variable.name = ""
    else:
        (path / "keras_metadata.pb").write_bytes(metadata_file(numbered))
    (path / "saved_model.pb").write_bytes(saved.SerializeToString())
    return path


def opened(path: Path) -> Any:
    saved = SavedModel()
    saved.ParseFromString((path / "saved_model.pb").read_bytes())
    return saved


def _branch(
    model: Any, config: dict[str, Any], place: str, notes: dict[str, tuple[str, Any]], frozen: tuple[str, ...]
) -> Any:
    """The object of a model: its layers by number, once more by number among those with weights, and its variables."""
    kind = "_tf_keras_sequential" if config["class_name"] == "Sequential" else "_tf_keras_network"
    named = {"name": config["config"]["name"], "class_name": config["class_name"], "config": tuples(config["config"])}
    notes[place] = (kind, named)
    children: dict[str, Any] = {}
    weighted = 0
    for number, layer in enumerate(config["config"]["layers"]):
        inner = layer["config"]
        own = {"name": inner["name"], "class_name": layer["class_name"], "config": tuples(inner)}
        if layer["class_name"] == "InputLayer":
            children[f"layer-{number}"] = tf.train.Checkpoint()
            notes[f"{place}.layer-{number}"] = ("_tf_keras_input_layer", own)
            continue
        built = model.get_layer(inner["name"])
        below = f"{place}.layer-{number}"
        if "layers" in inner:
            made = _branch(built, layer, below, notes, frozen)
        else:
            made = tf.train.Checkpoint(**attributes(built))
            notes[below] = ("_tf_keras_layer", own)
        if built.weights:
            children[f"layer_with_weights-{weighted}"] = made
            weighted += 1
        children[f"layer-{number}"] = made
    if inner_names := [name for name in frozen if name in {n["config"]["name"] for n in config["config"]["layers"]}]:
        held = [v for name in inner_names for v in _variables(children, model, name, config)]
        children = {"variables": tf.train.Checkpoint(**{str(i): v for i, v in enumerate(held)}), **children}
    return tf.train.Checkpoint(**children)


def _variables(children: Mapping[str, Any], model: Any, name: str, config: dict[str, Any]) -> Iterator[Any]:
    number = [layer["config"]["name"] for layer in config["config"]["layers"]].index(name)
    waiting = [children[f"layer-{number}"]]
    seen: list[Any] = []
    while waiting:
        here = waiting.pop(0)
        for child in vars(here).values():
            if isinstance(child, tf.Variable) and not any(child is known for known in seen):
                seen.append(child)
                yield child
            elif isinstance(child, tf.train.Checkpoint):
                waiting.append(child)


def attributes(layer: Any) -> dict[str, Any]:
    """A layer's variables by the names of its attributes, and as a list in its own order."""
    made = {}
    for variable in [*layer.trainable_variables, *layer.non_trainable_variables]:
        if variable.name == "seed_generator_state":
            continue
        name = _ATTRIBUTES.get((type(layer).__name__, variable.name), variable.name)
        value = np.asarray(variable).astype(np.int64 if name == "count" else np.float32)
        made[name] = tf.Variable(value, name=f"{layer.name}/{variable.name}")
    listed = tf.train.Checkpoint(**{str(number): one for number, one in enumerate(made.values())})
    return {"variables": listed, **made} if made else {}
