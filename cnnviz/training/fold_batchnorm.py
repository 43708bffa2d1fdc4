"""Folding of batch normalization into the preceding layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import ModelError

if TYPE_CHECKING:
    import keras


def folded(model: keras.Model) -> keras.Model:
    """Return the same classifier with every normalization and its ReLU folded into the layer before.

    ``model`` is a chain. In inference a normalization scales and shifts each channel, which the preceding convolution
    or dense layer without activation can absorb: the new network has the same outputs up to rounding, with fewer layers
    and parameters. ModelError if a normalization follows anything else.
    """
    import keras

    made: list[Any] = [keras.Input(model.input_shape[1:], name="picture")]
    weights: list[list[np.ndarray]] = []
    normalized = False
    for layer in model.layers:
        before = made[-1]
        linear = getattr(before, "activation", None) is keras.activations.linear
        if isinstance(layer, keras.layers.BatchNormalization):
            if not (linear and isinstance(before, keras.layers.Conv2D | keras.layers.Dense) and _is_last(layer)):
                raise ModelError(f"{layer.name} does not follow a convolution or a dense layer without activation")
            # A layer before a normalization may have no bias.
            made[-1] = _again(before, use_bias=True)
            weights[-1] = _taken_in(weights[-1], layer)
        elif isinstance(layer, keras.layers.Activation) and normalized:
            made[-1] = _again(before, activation=layer.activation)
        else:
            made.append(_again(layer))
            weights.append(layer.get_weights())
        normalized = isinstance(layer, keras.layers.BatchNormalization)
    plain = keras.Sequential(made, name=model.name)
    for layer, arrays in zip(plain.layers, weights, strict=True):
        layer.set_weights(arrays)
    return plain


def _again(layer: Any, **changes: Any) -> Any:
    """Return a copy of a layer without weights, with changes."""
    return type(layer).from_config({**layer.get_config(), **changes})


def _is_last(layer: Any) -> bool:
    """Whether it normalizes over the last axis, the channels."""
    return layer.axis in (-1, [-1]) or layer.axis == len(layer.input.shape) - 1


def _taken_in(arrays: list[np.ndarray], layer: Any) -> list[np.ndarray]:
    """Return kernel and bias that include the normalization."""
    kernel, *rest = (array.astype(np.float64) for array in arrays)
    bias = rest[0] if rest else 0.0
    mean, variance = (np.asarray(v, np.float64) for v in (layer.moving_mean, layer.moving_variance))
    scale = 1 / np.sqrt(variance + layer.epsilon)
    if layer.scale:
        scale = scale * np.asarray(layer.gamma, np.float64)
    shift = np.asarray(layer.beta, np.float64) if layer.center else 0.0
    return [(kernel * scale).astype(np.float32), ((bias - mean) * scale + shift).astype(np.float32)]
