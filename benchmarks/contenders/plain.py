"""The model in the form that other tools need."""

from __future__ import annotations

import keras


def with_linear_output(model: keras.Model) -> keras.Model:
    """Return a Functional copy of a Sequential model whose last layer has no softmax."""
    x = start = keras.Input(model.input_shape[1:])
    for one in model.layers:
        config = one.get_config() | ({"activation": "linear"} if one is model.layers[-1] else {})
        twin = type(one).from_config(config)
        x = twin(x)
        twin.set_weights(one.get_weights())
    return keras.Model(start, x)
