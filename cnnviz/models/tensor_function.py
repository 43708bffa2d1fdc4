"""Functions of tensors, traced once into a graph that runs without Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .import_tensorflow import tensorflow


def compile_function(function: Callable[..., Any], *specs: Any) -> Any:
    """Return a function traced for tensors of these specs.

    Python runs unmodified, as in Keras itself: AutoGraph would rewrite the source of every Keras layer, which takes
    most of the time of a first run, and would still not reach what a layer calls.
    """
    return tensorflow().function(function, autograph=False).get_concrete_function(*specs)
