"""One unit of a convolution or dense layer per input, without computing the others.

A layer computes all its channels for every input, but the ascent needs one per input: with 64 channels, 63/64 of the
work is wasted. Here each input is convolved with the kernel of its own unit only. The values are the layer's, up to the
order of summation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnviz.models.head import activation_name
from cnnviz.models.import_tensorflow import tensorflow
from cnnviz.models.unrolled_graph import Step

#: Elementwise functions.
_ALONE = frozenset(
    "relu relu6 leaky_relu elu selu gelu silu swish sigmoid hard_sigmoid tanh softplus softsign mish "
    "exponential".split()
)

#: own(values, units): what goes into the layer (n, …), int32 (n,) to one map for each, (n, cells), before activation.
Own = Callable[[Any, Any], Any]


def single_unit(step: Step, linear: bool) -> Own | None:
    """Return a function for one unit of a step per input, or None if all must be computed together.

    With ``linear`` the caller leaves out the step's activation.
    """
    name = activation_name(step.operation)
    if len(step.inputs) != 1 or not (linear or name is None or name in _ALONE):
        return None
    layer = step.operation
    if step.kind == "Dense" and len(step.shapes[0]) == 2:
        return lambda values, units: _dense(layer, values, units)
    plain = step.kind == "Conv2D" and layer.data_format == "channels_last" and layer.groups == 1
    return (lambda values, units: _convolved(layer, values, units)) if plain else None


def _dense(layer: Any, values: Any, units: Any) -> Any:
    tf = tensorflow()
    columns = tf.transpose(tf.gather(_tensor(layer.kernel), units, axis=1))
    return tf.reduce_sum(tf.cast(values, tf.float32) * columns, axis=1, keepdims=True) + _bias(layer, units)


def _convolved(layer: Any, values: Any, units: Any) -> Any:
    """Multiply the channels of every cell by each kernel position, then sum with the offsets of the kernel."""
    tf = tensorflow()
    kernel = _tensor(layer.kernel)
    down, across, depth, _ = kernel.shape
    places = tf.transpose(tf.reshape(tf.gather(kernel, units, axis=3), (down * across, depth, -1)), (2, 1, 0))
    shape = tf.shape(values)
    cells = tf.reshape(tf.cast(values, tf.float32), (shape[0], -1, depth))
    weighed = tf.reshape(tf.linalg.matmul(cells, places), (shape[0], shape[1], shape[2], down * across))
    gather = np.eye(down * across, dtype=np.float32).reshape(down, across, down * across, 1)
    made = tf.nn.conv2d(weighed, gather, layer.strides, layer.padding.upper(), dilations=layer.dilation_rate)
    return tf.reshape(made, (shape[0], -1)) + _bias(layer, units)


def _bias(layer: Any, units: Any) -> Any:
    return tensorflow().gather(_tensor(layer.bias), units)[:, None] if layer.use_bias else 0.0


def _tensor(variable: Any) -> Any:
    tf = tensorflow()
    return tf.cast(tf.convert_to_tensor(variable), tf.float32)
