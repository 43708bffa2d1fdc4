"""Say any network of today's Keras as an older one wrote it into a file: the inverse of what cnnviz repairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras

from tests.helpers import old_keras as old

#: What Keras 3 notes and older ones did not.
_NEW = {"module", "registered_name", "build_config", "shared_object_id", "autocast", "quantization_config", "optional"}
_NEWER = {"synchronized", "keepdims", "rms_scaling", "flash_attention", "seed_generator", "use_gate"}
_INPUT = {"batch_shape": "batch_input_shape"}
_RENAMED = {("LeakyReLU", "negative_slope"): "alpha"}


def write(path: Path, model: keras.Model, version: str = old.TF_2_12) -> Path:
    """Write the model, weights included, as ``.h5`` of that version."""
    groups = [(layer.name, old.arrays_of(layer)) for layer in model.layers]
    return old.write_h5(path, described(model, version), groups, version)


def described(model: keras.Model, version: str) -> dict[str, Any]:
    """The old configuration of a Sequential or a graph."""
    if isinstance(model, keras.Sequential):
        return _sequential(model, version)
    return _graph(model, version)


def _sequential(model: keras.Sequential, version: str) -> dict[str, Any]:
    shape = list(model.inputs[0].shape)
    made = [_layer(layer, version) for layer in model.layers]
    if version in (old.TF_2_0, old.TF_2_12) and "layers" not in made[0]["config"]:
        made.insert(0, old.input_layer(f"{model.layers[0].name}_input", shape[1:]))
    first = made[-len(model.layers)]["config"]
    if "layers" not in first:
        first["batch_input_shape"] = shape
    return {"class_name": "Sequential", "config": {"name": model.name, "layers": made}}


def _graph(model: keras.Model, version: str) -> dict[str, Any]:
    config = model.get_config()
    nested = {layer.name for layer in model.layers if hasattr(layer, "layers")}

    def end(reference: list[Any]) -> list[Any]:
        name, node, tensor = reference
        return [name, node + (name in nested), tensor]

    made = []
    for said in config["layers"]:
        layer = model.get_layer(said["name"])
        nodes = [_node(node, end) for node in said["inbound_nodes"]]
        made.append({**_layer(layer, version), "name": said["name"], "inbound_nodes": nodes})
    ends = {
        key: [end(ref) for ref in (config[key] if isinstance(config[key][0], list) else [config[key]])]
        for key in ("input_layers", "output_layers")
    }
    kind = "Functional" if version == old.TF_2_12 else "Model"
    return {"class_name": kind, "config": {"name": model.name, "layers": made, **ends}}


def _node(node: dict[str, Any], end: Any) -> list[Any]:
    tensors = _histories(node["args"])
    options = {key: end(_histories(value)[0]) if _histories(value) else value for key, value in node["kwargs"].items()}
    return [[*end(list(tensor)), options if place == 0 else {}] for place, tensor in enumerate(tensors)]


def _histories(value: Any) -> list[Any]:
    """Every tensor in the arguments of a call."""
    if isinstance(value, list | tuple):
        return [history for item in value for history in _histories(item)]
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        return [value["config"]["keras_history"]]
    return []


def _layer(layer: Any, version: str) -> dict[str, Any]:
    if hasattr(layer, "layers"):
        return described(layer, version)
    kind = type(layer).__name__
    config: dict[str, Any] = {}
    for key, value in layer.get_config().items():
        if key in _NEW | _NEWER:
            continue
        config[_RENAMED.get((kind, key), _INPUT.get(key, key))] = _plain(value, version)
    if kind == "BatchNormalization" and version not in (old.KERAS_2_1, old.KERAS_2_2):
        config["axis"] = [len(layer.input.shape) - 1]
    if kind == "InputLayer":
        config |= {"sparse": False, "ragged": False}
    if kind == "DepthwiseConv2D":
        config["groups"] = 1
    if version == old.KERAS_2_1:
        config.pop("dtype", None)
    return {"class_name": kind, "config": config}


def _plain(value: Any, version: str) -> Any:
    """An object of a configuration without the module that Keras 3 finds it in."""
    if isinstance(value, tuple | list):
        return [_plain(item, version) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") == "DTypePolicy":
        name = value["config"]["name"]
        return name if "mixed" not in name else {"class_name": "Policy", "config": {"name": name}}
    if "class_name" in value:
        inner = (
            {key: _plain(item, version) for key, item in value["config"].items()}
            if isinstance(value["config"], dict)
            else value["config"]
        )
        if version == old.TF_1_15 and value["class_name"] in ("Zeros", "Ones", "GlorotUniform"):
            inner = {**inner, "dtype": "float32"}
        return {"class_name": value["class_name"], "config": inner}
    return {key: _plain(item, version) for key, item in value.items()}
