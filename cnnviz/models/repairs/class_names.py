"""Renamed classes, and classes replaced by others."""

from __future__ import annotations

from typing import Any

from ..saved.config_tree import map_layers

NAME = "class names"

#: Layers that resized images only in training.
_IDLE = {"RandomHeight", "RandomWidth"}
_RENAMED = {
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "SyncBatchNormalization": "BatchNormalization",
    "LayerNormalizationV1": "LayerNormalization",
    "Convolution2D": "Conv2D",
    "SeparableConvolution2D": "SeparableConv2D",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Deconvolution2D": "Conv2DTranspose",
    "MaxPool2D": "MaxPooling2D",
    "AvgPool2D": "AveragePooling2D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
}
#: Where Keras 2.12 to 2.15 say that the class of a graph of layers is defined, and the name that it has in Keras 3.
_GRAPHS = {f"keras.{source}engine.functional": "Functional" for source in ("", "src.")}


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Replace the name by that of the Keras 3 class that computes the same."""
    return map_layers(config, _layer)


def _layer(layer: dict[str, Any]) -> dict[str, Any]:
    name = layer.get("class_name")
    if not isinstance(name, str):
        return layer
    if name == "ThresholdedReLU":
        inner = {key: value for key, value in layer["config"].items() if key != "theta"}
        return {**layer, "class_name": "ReLU", "config": {**inner, "threshold": float(layer["config"].get("theta", 1))}}
    if name == _GRAPHS.get(str(layer.get("module"))):
        return {**layer, "module": "keras", "class_name": "Model", "registered_name": None}
    if name in _IDLE:
        kept = {key: layer["config"][key] for key in ("name", "dtype", "batch_input_shape") if key in layer["config"]}
        return {**layer, "class_name": "Identity", "config": kept}
    # "Custom>Layer" and "Addons>GELU" stay: they are not Keras classes.
    return {**layer, "class_name": _RENAMED[name]} if name in _RENAMED else layer
