"""What other versions of Keras wrote, said as Keras 3 reads it: one module a fault class.

Each has a ``NAME``, for the model's provenance, and ``repair``, a pure function from a configuration to one without
the fault; a configuration that does not have it comes back equal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from . import (
    arguments,
    axis,
    bare_list,
    class_names,
    dtype_policy,
    function_names,
    initializer_dtype,
    input_layer,
    layer_names,
    lists_of_one,
    nested_nodes,
    tf_operations,
)


class Repair(NamedTuple):
    """One fault class."""

    name: str
    repair: Callable[[dict[str, Any]], dict[str, Any]]


#: In the order in which they are tried: later ones may rely on what earlier ones have set right.
REPAIRS = tuple(
    Repair(module.NAME, module.repair)
    for module in (
        bare_list,
        class_names,
        dtype_policy,
        initializer_dtype,
        function_names,
        arguments,
        axis,
        input_layer,
        nested_nodes,
        lists_of_one,
        tf_operations,
        layer_names,
    )
)


def repaired(config: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a configuration that Keras 3 reads, and the names of the repairs that were needed."""
    made = []
    for name, repair in REPAIRS:
        better = repair(config)
        if better != config:
            made.append(name)
            config = better
    return config, tuple(made)
