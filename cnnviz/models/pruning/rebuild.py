"""A Keras model rebuilt from the remaining channels of a network's steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import ModelError

from ..import_tensorflow import tensorflow
from ..runner import Runner
from ..unrolled_graph import Slot, Step
from .propagate import Cut

if TYPE_CHECKING:
    import keras


def rebuild(runner: Runner, cuts: Mapping[str, Cut], name: str) -> keras.Model:
    """Return a plain Functional model of the pruned network; nested models are flattened.

    ModelError if a layer cannot be rebuilt. The original model is only read.
    """
    tensorflow()
    import keras

    graph = runner.graph.towards(runner.head.slot)
    title, shape = graph.taken[0]
    start = keras.Input(shape[1:], name=title.split(":")[0].replace("/", "_"))
    values: dict[Slot, Any] = {graph.inputs[0]: start}
    made: dict[int, Any] = {}

    def filled(leaf: Any) -> Any:
        return values[leaf] if isinstance(leaf, Slot) else leaf

    for step in graph.steps:
        cut = cuts[step.path]
        key = id(step.operation)
        first = key not in made
        if first:
            made[key] = _smaller(step, cut)
        args = keras.tree.map_structure(filled, step.args)
        # The steps were unrolled for inference; the new model can be trained.
        kwargs = {k: v for k, v in step.kwargs.items() if k not in ("training", "mask")}
        outputs = keras.tree.flatten(made[key](*args, **keras.tree.map_structure(filled, kwargs)))
        if first:
            _fill(step, cut, made[key])
        values.update(zip(step.outputs, outputs, strict=True))
    return keras.Model(start, values[runner.head.slot], name=name)


def _smaller(step: Step, cut: Cut) -> Any:
    """Return a step's layer rebuilt with the remaining channels."""
    layer = step.operation
    left = int(cut.gives.sum())
    try:
        config = dict(layer.get_config())
        config["name"] = step.path.replace("/", "_")
        if "filters" in config:
            config["filters"] = left
        elif step.kind == "Dense":
            config["units"] = left
        if _biased(step, cut):
            config["use_bias"] = True
        if step.kind == "Reshape" and not cut.gives.all():
            config["target_shape"] = (*config["target_shape"][:-1], left)
        return type(layer).from_config(config)
    except Exception as error:
        raise ModelError(f"layer {step.path} ({step.kind}) cannot be rebuilt: {error}") from error


def _biased(step: Step, cut: Cut) -> bool:
    """Whether a layer needs a bias for its removed inputs."""
    return step.kind in _ADDS and not cut.reads.whole and bool(np.abs(cut.bias).max() > 0)


_ADDS = frozenset({"Dense", "Conv2D", "SeparableConv2D"})


def _fill(step: Step, cut: Cut, layer: Any) -> None:
    """Copy the remaining weights of the old layer to the new one."""
    held = {_name(variable): np.asarray(variable.numpy()) for variable in getattr(step.operation, "weights", ())}
    for variable in getattr(layer, "weights", ()):
        name = _name(variable)
        old = held.get(name)
        if name == "bias" and step.kind in _ADDS:
            plain = np.zeros(len(cut.gives)) if old is None else old.astype(np.float64)
            variable.assign((plain + (0 if cut.reads.whole else cut.bias))[cut.gives])
        elif old is not None:
            variable.assign(_left(step, cut, name, old))


def _name(variable: Any) -> str:
    return str(variable.name).split("/")[-1]


def _left(step: Step, cut: Cut, name: str, old: np.ndarray) -> np.ndarray:
    reads, gives = cut.reads.keep, cut.gives
    if step.kind == "Dense":
        return old[reads][:, gives]
    if step.kind == "Conv2D":
        # A kernel of a grouped convolution, which is never pruned, reads only some of the channels.
        return old[:, :, reads][..., gives] if old.shape[2] == len(reads) else old
    if step.kind == "Conv2DTranspose":
        return old[:, :, gives][..., reads] if name == "kernel" else old[gives]
    if step.kind == "SeparableConv2D":
        return old[:, :, reads] if name == "depthwise_kernel" else old[:, :, _repeated(reads, old.shape[2])][..., gives]
    if step.kind == "DepthwiseConv2D":
        return old[:, :, reads] if name == "kernel" else old[gives]
    if old.ndim and old.shape[-1] == len(reads) and not reads.all():
        # Batch normalization, PReLU: one number per channel, along the last axis.
        return old[..., reads]
    return old


def _repeated(reads: np.ndarray, wide: int) -> np.ndarray:
    return np.repeat(reads, wide // len(reads))
