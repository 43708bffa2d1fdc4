"""Layer arguments that Keras 3 no longer has."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

from ..saved.config_tree import is_model, map_layers

NAME = "dropped arguments"

#: Arguments, with the values at which they have no effect; None means any value.
_IDLE: dict[str, tuple[Any, ...] | None] = {
    "groups": (1,),
    "renorm": (False, None),
    "renorm_clipping": None,
    "renorm_momentum": None,
    "fused": None,
    "virtual_batch_size": (None,),
    "adjustment": (None,),
    "dynamic": (False,),
    "ragged": (False, None),
    "sparse": (False, None),
    "kernel_initializer": None,
    "kernel_regularizer": None,
    "kernel_constraint": None,
    "batch_size": None,
    "implementation": None,
    "force_generator": None,
    "experimental_autocast": None,
    "autocast": None,
    "keepdims": (False,),
    "synchronized": None,
    "rate_type": None,
    "mask_zero": (False,),
    "time_major": (False,),
    "unroll": None,
    "expects_training_arg": None,
    "causal": (False,),
    "query_shape": None,
    "key_shape": None,
    "value_shape": None,
    "trainable": None,
    "function_type": None,
    "module": None,
    "output_shape_type": None,
    "output_shape_module": None,
    "noise_shape": (None,),
    "activity_regularizer": None,
    "output_padding": (None,),
}
#: Arguments that every layer accepts beside its own.
_COMMON = {"name", "trainable", "dtype", "activity_regularizer", "autocast"}
#: Arguments that other repairs need.
_OTHERS = {"batch_input_shape", "input_shape", "input_dim", "input_dtype"}
_RENAMED = {("LeakyReLU", "alpha"): "negative_slope"}


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Remove arguments without effect and rename renamed ones; one with an effect stays, for Keras to reject."""
    return map_layers(config, _layer)


def _layer(layer: dict[str, Any]) -> dict[str, Any]:
    inner = layer["config"]
    if is_model(layer):
        return layer
    taken = _arguments(layer["class_name"])
    if taken is None:
        return layer
    kept = {}
    for key, value in inner.items():
        name = _RENAMED.get((layer["class_name"], key)) or key
        if name in taken or name in _OTHERS or not _idle(name, value):
            kept[name] = value
    return layer if kept == inner else {**layer, "config": kept}


def _idle(key: str, value: Any) -> bool:
    if key not in _IDLE:
        return False
    values = _IDLE[key]
    return values is None or value in values


@cache
def _arguments(name: str) -> frozenset[str] | None:
    """Return the arguments of a Keras 3 layer, or None if it is not a Keras layer."""
    from keras import layers

    found = getattr(layers, name, None)
    if not inspect.isclass(found) or name == "InputLayer":
        return None
    taken = inspect.signature(found.__init__).parameters
    rest = any(parameter.kind is parameter.VAR_KEYWORD for parameter in taken.values())
    return frozenset(taken) | (_COMMON if rest else set()) - {"self", "kwargs", "args"}
