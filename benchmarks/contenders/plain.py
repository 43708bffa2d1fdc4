"""The model in the form that other tools need."""

from __future__ import annotations

import keras


def with_linear_output(model: keras.Model) -> keras.Model:
    """Return a Functional copy of a Sequential or Functional model whose last layer has no softmax."""

    def twin(one: keras.layers.Layer) -> keras.layers.Layer:
        return type(one).from_config(one.get_config() | ({"activation": "linear"} if one is model.layers[-1] else {}))

    if isinstance(model, keras.Sequential):
        x = start = keras.Input(model.input_shape[1:])
        for one in model.layers:
            x = twin(one)(x)
        made = keras.Model(start, x)
    else:
        made = keras.models.clone_model(model, clone_function=twin)
    made.set_weights(model.get_weights())
    return made
