"""Which precision a processor trains in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .recipe import TrainingRecipe

#: What Linux calls processors that multiply in bfloat16.
FLAGS = ("avx512_bf16", "amx_bf16")


def precision_of(recipe: TrainingRecipe) -> str:
    """Return "float32" or "bfloat16": what the recipe says, and with "auto" what the processor is fast in."""
    if recipe.precision != "auto":
        return recipe.precision
    try:
        flags = Path("/proc/cpuinfo").read_text().split()
    except OSError:
        return "float32"
    return "bfloat16" if any(flag in flags for flag in FLAGS) else "float32"


@contextmanager
def built_in(precision: str) -> Iterator[None]:
    """Build Keras layers that compute in a precision; their variables are float32 either way."""
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
