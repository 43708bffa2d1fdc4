"""Round a model's kernels beforehand as its export does, so that only the arithmetic is compared."""

from __future__ import annotations

import keras

from cnnviz.engine.weights import fixed_point


def hold_in_16_bits(model: keras.Model) -> keras.Model:
    """Give every kernel values that are whole numbers times a step a channel."""
    for variable in model.weights:
        shape = tuple(variable.shape)
        if len(shape) > 1:
            deep = "depthwise" in variable.path and len(shape) == 4
            codes, steps = fixed_point(variable.numpy(), shape[-2] * shape[-1] if deep else shape[-1])
            variable.assign((codes * steps).reshape(shape))
    return model
