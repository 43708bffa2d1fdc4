"""Functions of tensors, traced once into a graph that runs without Python, and arrays of their results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from .import_tensorflow import tensorflow


def compile_function(function: Callable[..., Any], *specs: Any) -> Any:
    """Return a function traced for tensors of these specs.

    Python runs unmodified, as in Keras itself: AutoGraph would rewrite the source of every Keras layer, which takes
    most of the time of a first run, and would still not reach what a layer calls.
    """
    return tensorflow().function(function, autograph=False).get_concrete_function(*specs)


def collected(count: int, parts: Iterable[tuple[slice, Sequence[Any]]]) -> list[np.ndarray]:
    """Return arrays of ``count`` rows from tensors of consecutive rows, each value copied once.

    ``parts`` yields the rows' places and their tensors, which are released before the next ones are computed.
    """
    arrays: list[np.ndarray] = []
    for place, tensors in parts:
        if not arrays:
            arrays = [np.empty((count, *one.shape[1:]), one.dtype.as_numpy_dtype) for one in tensors]
        for array, tensor in zip(arrays, tensors, strict=True):
            # A view of the tensor's own memory; its numpy() would be a copy.
            array[place] = np.from_dlpack(tensor)
    return arrays
