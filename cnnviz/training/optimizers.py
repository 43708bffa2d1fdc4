"""Optimizers by recipe."""

from __future__ import annotations

from typing import Any

from .recipe import TrainingRecipe

#: Variables without weight decay: biases, and scale and shift of normalization.
SPARED = ["bias", "gamma", "beta"]


def optimizer_of(recipe: TrainingRecipe, variables: list[Any]) -> Any:
    """Return a built Keras optimizer for a model's trainable variables."""
    import keras

    decay = recipe.weight_decay or None
    rate = recipe.peak_rate
    made = {
        "adam": lambda: keras.optimizers.Adam(rate, weight_decay=decay),
        "adamw": lambda: keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay),
        "sgd": lambda: keras.optimizers.SGD(rate, weight_decay=decay),
        "momentum": lambda: keras.optimizers.SGD(rate, momentum=0.9, nesterov=True, weight_decay=decay),
        "rmsprop": lambda: keras.optimizers.RMSprop(rate, weight_decay=decay),
    }[recipe.optimizer]()
    if recipe.weight_decay:
        made.exclude_from_weight_decay(var_names=SPARED)
    made.build(variables)
    return made
