"""Networks built without the values of their weights, so that a description takes no memory before it is checked.

A file of a few kilobytes may describe a layer of gigabytes. Keras knows the shapes of weights without allocating any,
in the scope that it uses for functions without state; they are held against the arrays in the file first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import Any

from cnnviz.core.errors import ModelError

#: Values beyond those of the file: seeds of random layers, counters.
MORE = 10_000


@contextmanager
def without_values() -> Iterator[None]:
    """Build networks, inside the ``with``, whose weights have shapes and no values."""
    import keras

    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    except BaseException:
        _waiting()
        raise


def give_values(most: int | None, file: str) -> None:
    """Give all weights that were built without values their initial ones.

    ModelError, before anything is allocated, if they are more than ``most``, the number of values in the file.
    """
    waiting = _waiting()
    wanted = sum(prod(variable.shape) for variable in waiting)
    if most is not None and wanted > most + MORE:
        raise ModelError(
            f"{file} is not opened: its network has weights of {wanted:,} values, and the file holds {most:,}; it is "
            "damaged, or the architecture is another network's"
        )
    for variable in waiting:
        variable._deferred_initialize()


def forget_values() -> None:
    """Let go of weights that have no values yet, which Keras would allocate with the next ones."""
    _waiting()


def _waiting() -> list[Any]:
    """Return the weights without values, and let go of them."""
    from keras.src.backend.common import global_state

    waiting: list[Any] = global_state.get_global_attribute("uninitialized_variables") or []
    global_state.set_global_attribute("uninitialized_variables", [])
    return [variable for variable in waiting if variable._value is None]
