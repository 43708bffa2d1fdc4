"""A SavedModel as one layer that computes its serving signature, if its layers are not accessible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import ModelError

from ..import_tensorflow import tensorflow
from .checkpoint import Checkpoint
from .flat_graph import FlatGraph, NotPureError, flatten
from .graph_growth import refuse_growth
from .opaque_computation import Computation, load_computation, pure_computation
from .restored_variables import variable_keys

if TYPE_CHECKING:
    import keras

_USUAL = ("serving_default", "serve")
_INIT = "__saved_model_init_op"
#: Operations whose results are unbounded sums, so that a softmax of them gives probabilities.
_SUMS = {"MatMul", "BiasAdd", "Add", "AddV2", "Conv2D", "Mean", "Einsum"}


def signature_model(meta_graph: Any, checkpoint: Checkpoint, path: Path, trusted: bool) -> keras.Model:
    """Return a model of one layer that computes the signature, and the last softmax or sigmoid as a second.

    Only a pure graph runs; ModelError for others. If ``trusted``, TensorFlow loads and runs it unchanged.
    """
    file = path.name
    name, signature = _chosen(meta_graph.signature_def, file)
    taken = _input(signature, name, file)
    results = sorted(signature.outputs.items())
    names = [key for key, _ in results]
    try:
        try:
            flat = flatten(meta_graph.graph_def, [taken.name], [info.name for _, info in results], file)
        except NotPureError:
            if not trusted:
                raise
            return _model(load_computation(path, name, names), taken, names, [""] * len(names))
        arrays = _arrays(flat, meta_graph, checkpoint, file)
        shape = [None if extent.size < 0 else int(extent.size) for extent in taken.tensor_shape.dim]
        refuse_growth(flat, shape[1:], {key: array.shape for key, (_, array) in arrays.items()}, file)
        tails = [_tail(flat, place) for place in range(len(names))]
        return _model(pure_computation(flat, arrays, file), taken, names, tails)
    except ModelError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ModelError(f"cannot open {file}: its signature {name!r} does not run: {reason[:200]}") from error


def _arrays(flat: FlatGraph, meta_graph: Any, checkpoint: Checkpoint, file: str) -> dict[str, tuple[str, np.ndarray]]:
    """Return the name and the array of each variable, by the input of the flat graph that takes it."""
    keys = variable_keys(meta_graph)
    found = {}
    for variable, tensor in flat.variables.items():
        if variable not in keys:
            raise ModelError(f"cannot open {file}: its variable {variable!r} is not among the stored ones")
        found[tensor] = (keys[variable], checkpoint.array(keys[variable]))
    return found


def _chosen(signatures: Mapping[str, Any], file: str) -> tuple[str, Any]:
    names = [name for name in signatures if name != _INIT and signatures[name].outputs]
    for name in _USUAL:
        if name in names:
            return name, signatures[name]
    if len(names) == 1:
        return names[0], signatures[names[0]]
    if not names:
        raise ModelError(f"{file} has no signature that can be run; save the model with model.save() in Keras")
    raise ModelError(f"{file} has the signatures {', '.join(sorted(names))} and no {_USUAL[0]!r} among them")


def _input(signature: Any, name: str, file: str) -> Any:
    """Return the one tensor that a signature takes; ModelError if it is not a batch of images."""
    tf = tensorflow()
    inputs = sorted(signature.inputs.items())
    if len(inputs) != 1:
        listed = ", ".join(repr(key) for key, _ in inputs) or "none"
        raise ModelError(
            f"{file} takes {len(inputs)} inputs in its signature {name!r}, {listed}; cnnviz explains models of one "
            "image"
        )
    info = inputs[0][1]
    dtype = tf.dtypes.as_dtype(info.dtype)
    if not dtype.is_floating:
        raise ModelError(f"{file} takes {dtype.name} in its signature {name!r}; export it with an input of float32")
    if info.tensor_shape.unknown_rank or not info.tensor_shape.dim:
        raise ModelError(f"{file} does not say what shape of images it takes; export it with a shape of its input")
    if info.tensor_shape.dim[0].size >= 0:
        raise ModelError(
            f"{file} takes exactly {info.tensor_shape.dim[0].size} images at a time; export it with a batch of None"
        )
    return info


def _tail(flat: FlatGraph, place: int) -> str:
    """Split off the final softmax or sigmoid of an output as its own layer; "" if the last operation is unknown."""
    node = flat.producer(flat.outputs[place])
    if node.op in ("Softmax", "Sigmoid"):
        flat.outputs = (*flat.outputs[:place], node.input[0], *flat.outputs[place + 1 :])
        return str(node.op.lower())
    return "linear" if node.op in _SUMS else ""


def _model(computation: Computation, taken: Any, names: Sequence[str], tails: Sequence[str]) -> keras.Model:
    import keras

    tf = tensorflow()
    dtype = tf.dtypes.as_dtype(taken.dtype)

    class Signature(keras.layers.Layer):  # type: ignore[misc]
        """The computation of a signature; its variables are those of the file."""

        def __init__(self) -> None:
            super().__init__(name="signature", dtype="float32", autocast=False)
            self.held = {}
            for key, (name, array) in computation.arrays.items():
                self.held[key] = self.add_weight(
                    array.shape, "zeros", array.dtype.name, trainable=array.dtype.kind == "f", name=_variable_name(name)
                )
                self.held[key].assign(array)
            self.built = True

        def call(self, x: Any) -> Any:
            variables = {key: tf.convert_to_tensor(variable.value) for key, variable in self.held.items()}
            made = computation.run(tf.cast(x, dtype), variables)
            return made[0] if len(made) == 1 else made

    shape = [None if extent.size < 0 else int(extent.size) for extent in taken.tensor_shape.dim]
    start = keras.Input(batch_shape=shape, name="pictures")
    ends = keras.tree.flatten(Signature()(start))
    finished = [
        keras.layers.Activation(tail, name=_layer_name(name))(end) if tail else end
        for name, tail, end in zip(names, tails, ends, strict=True)
    ]
    return keras.Model(start, finished, name="saved_model")


def _variable_name(key: str) -> str:
    return key.removesuffix("/.ATTRIBUTES/VARIABLE_VALUE").replace("/", ".")


def _layer_name(name: str) -> str:
    return name.replace("/", "_")
