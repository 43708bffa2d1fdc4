"""Functions of tensors, traced once into a graph that runs without Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .quiet import tensorflow


def compiled(function: Callable[..., Any], *specs: Any) -> Any:
    """Return a function traced for tensors of these specs.

    Python is run as it stands: AutoGraph would rewrite the source of every Keras layer that is met, which takes most of
    the time of a first run, and none of them needs it. A layer of a user's own that branches on a tensor does.
    """
    make = tensorflow().function
    try:
        return make(function, autograph=False).get_concrete_function(*specs)
    except Exception:
        return make(function).get_concrete_function(*specs)
