"""Write model files as older versions of Keras wrote them, from facts about their formats alone.

A network is a list of ``Part``s: a layer of today's Keras that computes what is intended, and the configuration that
an older Keras wrote for it. ``write_h5`` puts the old configuration and the arrays of the layer into one file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
from keras import layers

#: Version, as the attribute says it, to what is particular about it.
KERAS_2_1, KERAS_2_2, TF_1_15, TF_2_0, TF_2_12 = "2.1.6", "2.2.4", "2.2.4-tf", "2.3.0-tf", "2.12.0"
VERSIONS = (KERAS_2_1, KERAS_2_2, TF_1_15, TF_2_0, TF_2_12)


@dataclass
class Part:
    """A layer of the intended network and what the old file says of it."""

    layer: layers.Layer
    kind: str
    config: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.layer.name


def initializer(version: str, kind: str = "Zeros") -> dict[str, Any]:
    """What was written for an initializer: tf.keras 1.x noted a dtype in it."""
    if kind == "GlorotUniform" and version in (KERAS_2_1, KERAS_2_2):
        scaling = {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None}
        return {"class_name": "VarianceScaling", "config": scaling}
    config: dict[str, Any] = {"seed": None} if kind == "GlorotUniform" else {}
    return {"class_name": kind, "config": config | ({"dtype": "float32"} if version == TF_1_15 else {})}


def _weighted(version: str) -> dict[str, Any]:
    return {
        "use_bias": True,
        "kernel_initializer": initializer(version, "GlorotUniform"),
        "bias_initializer": initializer(version),
        "kernel_regularizer": None,
        "bias_regularizer": None,
        "activity_regularizer": None,
        "kernel_constraint": None,
        "bias_constraint": None,
    }


def conv(version: str, name: str, filters: int, activation: str = "relu", **options: Any) -> Part:
    layer = layers.Conv2D(filters, 3, activation=activation, name=name, **options)
    config = {
        "filters": filters,
        "kernel_size": [3, 3],
        "strides": [1, 1],
        "padding": options.get("padding", "valid"),
        "data_format": "channels_last",
        "dilation_rate": [1, 1],
        "activation": activation,
        **_weighted(version),
    }
    return Part(layer, "Conv2D", config | ({"groups": 1} if version == TF_2_12 else {}))


def depthwise(version: str, name: str) -> Part:
    """From TensorFlow 2.3 on with a ``groups`` that Keras 3 does not take."""
    config = {
        "kernel_size": [3, 3],
        "strides": [1, 1],
        "padding": "same",
        "data_format": "channels_last",
        "dilation_rate": [1, 1],
        "activation": "linear",
        "depth_multiplier": 1,
        "depthwise_initializer": initializer(version, "GlorotUniform"),
        "depthwise_regularizer": None,
        "depthwise_constraint": None,
        **{key: value for key, value in _weighted(version).items() if not key.startswith("kernel")},
    }
    config |= {"groups": 1} if version in (TF_2_0, TF_2_12) else {}
    return Part(layers.DepthwiseConv2D(3, padding="same", name=name), "DepthwiseConv2D", config)


def separable(version: str, name: str, filters: int) -> Part:
    config = {
        "filters": filters,
        "kernel_size": [3, 3],
        "strides": [1, 1],
        "padding": "same",
        "data_format": "channels_last",
        "dilation_rate": [1, 1],
        "groups": 1,
        "activation": "linear",
        "depth_multiplier": 1,
        "depthwise_initializer": initializer(version, "GlorotUniform"),
        "pointwise_initializer": initializer(version, "GlorotUniform"),
        "depthwise_regularizer": None,
        "pointwise_regularizer": None,
        "depthwise_constraint": None,
        "pointwise_constraint": None,
        **_weighted(version),
    }
    return Part(layers.SeparableConv2D(filters, 3, padding="same", name=name), "SeparableConv2D", config)


def norm(version: str, name: str) -> Part:
    axis: Any = -1 if version in (KERAS_2_1, KERAS_2_2) else [3]
    kind = "BatchNormalizationV1" if version == TF_1_15 else "BatchNormalization"
    config = {
        "axis": axis,
        "momentum": 0.99,
        "epsilon": 0.001,
        "center": True,
        "scale": True,
        "beta_initializer": initializer(version),
        "gamma_initializer": initializer(version, "Ones"),
        "moving_mean_initializer": initializer(version),
        "moving_variance_initializer": initializer(version, "Ones"),
        "beta_regularizer": None,
        "gamma_regularizer": None,
        "beta_constraint": None,
        "gamma_constraint": None,
    }
    return Part(layers.BatchNormalization(epsilon=0.001, name=name), kind, config)


def dense(version: str, name: str, units: int, activation: str = "linear", written: Any = None) -> Part:
    config = {"units": units, "activation": written or activation, **_weighted(version)}
    return Part(layers.Dense(units, activation=activation, name=name), "Dense", config)


def plain(layer: layers.Layer, kind: str, **config: Any) -> Part:
    """A layer without weights."""
    return Part(layer, kind, config)


def pool(name: str) -> Part:
    config = {"pool_size": [2, 2], "padding": "valid", "strides": [2, 2], "data_format": "channels_last"}
    return plain(layers.MaxPooling2D(name=name), "MaxPooling2D", **config)


def flatten(name: str = "flatten_1") -> Part:
    return plain(layers.Flatten(name=name), "Flatten", data_format="channels_last")


def intended(parts: Sequence[Part], shape: Sequence[int], seed: int = 0) -> keras.Model:
    """Build the chain in today's Keras, with random weights everywhere."""
    model = keras.Sequential([keras.Input(shape), *(part.layer for part in parts)])
    shake(model, seed)
    return model


def shake(model: keras.Model, seed: int = 0) -> None:
    """Give every variable random values; variances stay positive."""
    random = np.random.default_rng(seed)
    for variable in model.variables:
        if variable.name != "seed_generator_state":
            low = 0.5 if "variance" in variable.name else -0.5
            variable.assign(random.uniform(low, low + 1, variable.shape).astype(np.float32))


def layer_config(part: Part, version: str, **more: Any) -> dict[str, Any]:
    """One layer of an old configuration."""
    dtype = {} if version == KERAS_2_1 else {"dtype": "float32"}
    return {"class_name": part.kind, "config": {"name": part.name, "trainable": True, **dtype, **more, **part.config}}


def sequential(parts: Sequence[Part], version: str, shape: Sequence[int], name: str = "sequential_1") -> Any:
    """The configuration of a Sequential: its first layer carries the shape until tf.keras 2.3 wrote an InputLayer."""
    batch = {"batch_input_shape": [None, *shape]}
    first, *others = parts
    made = [layer_config(first, version, **batch), *(layer_config(part, version) for part in others)]
    if version in (TF_2_0, TF_2_12):
        made.insert(0, input_layer(f"{first.name}_input", shape))
    if version == KERAS_2_1:
        return {"class_name": "Sequential", "config": made}
    inner: dict[str, Any] = {"name": name, "layers": made}
    if version == TF_1_15:
        inner["build_input_shape"] = [None, *shape]
    return {"class_name": "Sequential", "config": inner}


def input_layer(name: str, shape: Sequence[int]) -> dict[str, Any]:
    config = {"batch_input_shape": [None, *shape], "dtype": "float32", "sparse": False, "ragged": False, "name": name}
    return {"class_name": "InputLayer", "config": config}


def functional(layers_: Sequence[tuple[dict[str, Any], Any]], output: str, name: str = "model_1") -> dict[str, Any]:
    """The configuration of a graph, from pairs of a layer's configuration and its inbound nodes."""
    made = [
        {**config, "name": config["config"].get("name") or config["config"]["name"], "inbound_nodes": nodes}
        for config, nodes in layers_
    ]
    first = made[0]["name"]
    inner = {"name": name, "layers": made, "input_layers": [[first, 0, 0]], "output_layers": [[output, 0, 0]]}
    return {"class_name": "Model", "config": inner}


def fed(*names: str, node: int = 0, **options: Any) -> list[Any]:
    """The inbound nodes of a layer that is called once."""
    return [[[name, node, 0, options] for name in names]]


def write_h5(
    path: Path,
    config: Any,
    groups: Sequence[tuple[str, Sequence[tuple[str, np.ndarray]]]],
    version: str,
    change: Callable[[h5py.File], None] | None = None,
) -> Path:
    """Write a whole model; ``config`` None leaves the network out."""
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = version.encode()
        file.attrs["backend"] = b"tensorflow"
        if config is not None:
            file.attrs["model_config"] = json.dumps(config).encode()
        write_groups(file.create_group("model_weights") if config is not None else file, groups)
        if change is not None:
            change(file)
    return path


def write_groups(group: h5py.Group, groups: Sequence[tuple[str, Sequence[tuple[str, np.ndarray]]]]) -> None:
    group.attrs["layer_names"] = [name.encode() for name, _ in groups]
    for name, arrays in groups:
        own = group.create_group(name)
        own.attrs["weight_names"] = [key.encode() for key, _ in arrays]
        for key, array in arrays:
            own[key] = array


def groups_of(parts: Sequence[Part]) -> list[tuple[str, list[tuple[str, np.ndarray]]]]:
    """The arrays of each layer in the order of old files, what is trained first."""
    return [(part.name, arrays_of(part.layer)) for part in parts]


def arrays_of(layer: Any) -> list[tuple[str, np.ndarray]]:
    variables = [*layer.trainable_variables, *layer.non_trainable_variables]
    kept = [variable for variable in variables if variable.name != "seed_generator_state"]
    return [("/".join(variable.path.split("/")[-2:]) + ":0", np.asarray(variable)) for variable in kept]
