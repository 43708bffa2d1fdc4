"""Round a model's kernels as its export does, so that only the arithmetic is compared."""

from __future__ import annotations

from collections.abc import Iterator

import keras
from keras import layers

from cnnviz.export.weights import fixed_point


def hold_in_16_bits(model: keras.Model) -> keras.Model:
    """Give every kernel values that are whole numbers times a step a channel."""
    deep = set(depthwise_kernels(model))
    for variable in model.weights:
        shape = tuple(variable.shape)
        if len(shape) > 1:
            channels = shape[-2] * shape[-1] if variable.path in deep else shape[-1]
            codes, steps = fixed_point(variable.numpy(), channels)
            variable.assign((codes * steps).reshape(shape))
    return model


def depthwise_kernels(model: keras.Model) -> Iterator[str]:
    """Kernels that give each input channel outputs of its own: their last two axes count the outputs."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from depthwise_kernels(layer)
        elif isinstance(layer, layers.DepthwiseConv2D):
            yield layer.kernel.path
        elif isinstance(layer, layers.SeparableConv2D):
            yield layer.depthwise_kernel.path
