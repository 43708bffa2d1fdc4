"""Repairs of configurations from other versions of Keras, for Keras 3.

Each has a ``NAME``, for the model's provenance, and ``repair``, a pure function from a configuration to one without the
fault; a configuration without the fault is returned equal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from . import (
    batchnorm_axis,
    call_arguments,
    class_names,
    dtype_policy,
    function_names,
    hard_sigmoid,
    initializer_dtype,
    input_layer,
    layer_names,
    nested_nodes,
    removed_arguments,
    sequential_list,
    single_output_list,
    tf_operations,
)


class Repair(NamedTuple):
    """One kind of fault; ``old`` marks faults only of configurations by Keras 2 or older."""

    name: str
    repair: Callable[[dict[str, Any]], dict[str, Any]]
    old: bool = False


#: In the order in which they are tried: later ones may rely on earlier ones.
REPAIRS = tuple(
    Repair(module.NAME, module.repair, module is hard_sigmoid)
    for module in (
        sequential_list,
        class_names,
        dtype_policy,
        initializer_dtype,
        function_names,
        hard_sigmoid,
        removed_arguments,
        batchnorm_axis,
        input_layer,
        nested_nodes,
        single_output_list,
        tf_operations,
        call_arguments,
        layer_names,
    )
)


def repaired(config: Any, version: str = "") -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a configuration that Keras 3 reads, and the names of the repairs that were needed.

    ``version`` is the version of Keras that wrote it, "" if unknown.
    """
    made = []
    old = _is_old(config, version)
    for name, repair, only_old in REPAIRS:
        if only_old and not old:
            continue
        better = repair(config)
        if better != config:
            made.append(name)
            config = better
    return config, tuple(made)


def _is_old(config: Any, version: str) -> bool:
    """Whether Keras 2 or older wrote a configuration: by its version, else by the old names of inputs."""
    if version[:1].isdecimal():
        return int(version.split(".")[0]) < 3
    waiting = [config]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if "batch_input_shape" in item:
                return True
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return False
