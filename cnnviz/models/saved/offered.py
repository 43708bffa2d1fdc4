"""What Keras itself offers for building networks, by name: classes of layers and their parts, and functions.

A configuration may name anything that Python can import; these lists are all that it gets.
"""

from __future__ import annotations

from functools import cache
from typing import Any

#: Operations that call functions given to them; keras.ops has them as functions and as classes.
_CALLERS = frozenset(
    "associativescan cond customgradient foriloop function jvp map scan switch vectorizedmap vjp whileloop".split()
)


@cache
def offered_classes() -> frozenset[str]:
    """Return the names of layers, initializers, regularizers, constraints, precision policies and seeds."""
    import keras

    kinds = {
        keras.layers: keras.Layer,
        keras.initializers: keras.Initializer,
        keras.regularizers: keras.Regularizer,
        keras.constraints: keras.constraints.Constraint,
        keras.dtype_policies: keras.DTypePolicy,
    }
    names = {name for module, kind in kinds.items() for name in _of(module, kind)}
    return frozenset(names | {"DTypePolicy", "FloatDTypePolicy", "SeedGenerator"})


@cache
def offered_functions() -> frozenset[str]:
    """Return the names of activations, and of operations on tensors."""
    import keras

    activations = {name for name in dir(keras.activations) if name not in ("deserialize", "get", "serialize")}
    operations = {name for name in dir(keras.ops) if not _calls(name)}
    found = {name: getattr(keras.activations, name, None) for name in activations}
    found |= {name: getattr(keras.ops, name) for name in operations}
    # Modules, such as keras.ops.image, are no functions.
    return frozenset(name for name, held in found.items() if name[0] != "_" and callable(held))


@cache
def offered_operations() -> frozenset[str]:
    """Return the names of the classes of operations on tensors, which Keras stores as layers of a graph."""
    import keras
    from keras.src import ops

    modules = [getattr(ops, name) for name in dir(ops) if name[0] != "_"]
    return frozenset(name for module in modules for name in _of(module, keras.Operation) if not _calls(name))


def _calls(name: str) -> bool:
    return name.replace("_", "").lower() in _CALLERS


def _of(module: Any, kind: type) -> set[str]:
    """Return the names in a module of classes of a kind."""
    held = {name: getattr(module, name) for name in dir(module) if name[0] != "_"}
    return {name for name, one in held.items() if isinstance(one, type) and issubclass(one, kind)}
