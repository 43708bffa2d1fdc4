"""The precision of training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cnnviz.models.bfloat16 import has_bfloat16

from .recipe import TrainingRecipe


def precision_of(recipe: TrainingRecipe) -> str:
    """Return "float32" or "bfloat16": the recipe's choice, or with "auto" the fast one for the processor."""
    if recipe.precision != "auto":
        return recipe.precision
    return "bfloat16" if has_bfloat16() else "float32"


@contextmanager
def built_in(precision: str) -> Iterator[None]:
    """Context in which Keras layers compute in a precision; their variables are always float32."""
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
