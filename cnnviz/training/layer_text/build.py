"""A Keras model built from layer text."""

from __future__ import annotations

from collections import Counter
from math import prod
from typing import TYPE_CHECKING, Any

from .parse import ACTIVATIONS, LayerWords, read_layers

if TYPE_CHECKING:
    import keras

#: The most outputs and weights of a layer.
MOST_UNITS, MOST_WEIGHTS = 100_000, 200_000_000
#: Kinds whose layers are always numbered.
NUMBERED = ("conv", "dense", "pool")


def build_from_words(text: str, shape: tuple[int, int, int], classes: int, name: str = "model") -> keras.Model:
    """Return the network that ``text`` defines, for images (h, w, c) in 0…1.

    Defaults are 3×3 convolutions without padding and 2×2 pools. The last layer is dense with one unit per class; it
    gets a softmax if it has no activation. UsageError names the invalid layer: an unknown word, a pool larger than its
    input, a dense layer on maps, a last layer of another size.
    """
    import keras

    layers = read_layers(text)
    _check_end(layers, classes)
    last = max(i for i, layer in enumerate(layers) if layer.kind == "dense")
    often = Counter(layer.kind for layer in layers)
    counted: Counter[str] = Counter()
    made: list[Any] = [keras.Input(shape, name="picture")]
    current: tuple[int, ...] = shape
    for i, layer in enumerate(layers):
        counted[layer.kind] += 1
        numbered = layer.kind in NUMBERED or often[layer.kind] > 1
        called = "predictions" if i == last else f"{layer.kind}{counted[layer.kind] if numbered else ''}"
        softmax = i == last == len(layers) - 1
        one = _layer(layer, current, called, softmax)
        if (weights := _weights(layer, current)) > MOST_WEIGHTS:
            raise layer.wrong(f"it would have {weights:,} weights; the most is {MOST_WEIGHTS:,}")
        made.append(one)
        current = tuple(one.compute_output_shape((None, *current))[1:])
        if 0 in current or any(side < 0 for side in current):
            raise layer.wrong("its input is smaller than its window")
    return keras.Sequential(made, name=name)


def _check_end(layers: list[LayerWords], classes: int) -> None:
    ends = [layer for layer in layers if layer.kind not in ("softmax", "linear")]
    last = ends[-1] if ends else layers[-1]
    if last.kind != "dense":
        raise last.wrong(f"a classifier ends in a dense layer with one unit per class; add 'dense {classes}'")
    if last.numbers[0] != classes:
        raise last.wrong(f"the last layer has {last.numbers[0]:g} units, but there are {classes} classes")
    if last.activation not in (None, "softmax"):
        raise last.wrong("the last layer ends in a softmax; leave its activation out")
    if layers[-1].kind == "linear":
        raise layers[-1].wrong("the last layer ends in a softmax; leave this out")


def _layer(layer: LayerWords, incoming: tuple[int, ...], name: str, softmax: bool) -> Any:
    from keras import layers as keras_layers

    if layer.kind in ACTIVATIONS:
        return keras_layers.Activation(ACTIVATIONS[layer.kind], name=name)
    if layer.kind in ("bn", "dropout", "flatten"):
        return {
            # With Keras's default of 0.99 the moving statistics need hundreds of steps to converge.
            "bn": lambda: keras_layers.BatchNormalization(momentum=0.9, name=name),
            "dropout": lambda: keras_layers.Dropout(_share(layer), name=name),
            "flatten": lambda: keras_layers.Flatten(name=name),
        }[layer.kind]()
    if layer.kind == "dense":
        if len(incoming) > 1:
            raise layer.wrong("its input must be a vector, not maps; put 'flatten' or 'globalpool' before it")
        activation = layer.activation or ("softmax" if softmax else None)
        return keras_layers.Dense(_units(layer), activation=activation, name=name)
    if len(incoming) != 3:
        raise layer.wrong("its input must be maps, but they are flattened before it")
    if layer.kind == "globalpool":
        return keras_layers.GlobalAveragePooling2D(name=name)
    if layer.kind in ("pool", "avgpool"):
        kind = keras_layers.MaxPooling2D if layer.kind == "pool" else keras_layers.AveragePooling2D
        return _windowed(layer, incoming, kind, _pool_size(layer), layer.stride, name)
    size = layer.size or (3, 3)
    options: dict[str, Any] = {"activation": layer.activation}
    if layer.kind == "depthwise":
        return _windowed(layer, incoming, keras_layers.DepthwiseConv2D, size, layer.stride or 1, name, **options)
    kind = keras_layers.Conv2D if layer.kind == "conv" else keras_layers.SeparableConv2D
    return _windowed(layer, incoming, kind, size, layer.stride or 1, name, filters=_units(layer), **options)


def _weights(layer: LayerWords, incoming: tuple[int, ...]) -> int:
    """Return the number of a layer's weights, without biases and scales."""
    window, inputs = prod(layer.size or (3, 3)), incoming[-1]
    return {
        "conv": lambda: window * inputs * _units(layer),
        "separable": lambda: inputs * (window + _units(layer)),
        "depthwise": lambda: window * inputs,
        "dense": lambda: inputs * _units(layer),
    }.get(layer.kind, lambda: 0)()


def _windowed(
    layer: LayerWords,
    incoming: tuple[int, ...],
    kind: Any,
    size: tuple[int, int],
    stride: int | None,
    name: str,
    **options: Any,
) -> Any:
    padding = layer.padding or "valid"
    if padding == "valid" and (size[0] > incoming[0] or size[1] > incoming[1]):
        raise layer.wrong(f"its {size[0]}×{size[1]} window does not fit its input, {incoming[0]}×{incoming[1]}")
    pool = kind.__name__.endswith("Pooling2D")
    return kind(**{"pool_size" if pool else "kernel_size": size}, strides=stride, padding=padding, name=name, **options)


def _pool_size(layer: LayerWords) -> tuple[int, int]:
    if layer.size and layer.numbers:
        raise layer.wrong("its size is given twice")
    if layer.size:
        return layer.size
    return (_whole(layer),) * 2 if layer.numbers else (2, 2)


def _units(layer: LayerWords) -> int:
    units = _whole(layer)
    if units > MOST_UNITS:
        raise layer.wrong(f"{units:,} are too many; the most is {MOST_UNITS:,}")
    return units


def _whole(layer: LayerWords) -> int:
    value = layer.numbers[0]
    if value != int(value) or value < 1:
        raise layer.wrong(f"{value:g} is not a whole number from 1")
    return int(value)


def _share(layer: LayerWords) -> float:
    value = layer.numbers[0]
    if not 0 <= value < 1:
        raise layer.wrong(f"dropout is a share from 0 to under 1, not {value:g}")
    return value
