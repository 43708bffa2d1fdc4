"""Every layer and operation that the page's engine knows, drawn by Hypothesis with settings that Keras allows.

``KINDS`` is by the class name that the export goes by. Each value draws, for an input of (height, width, channels), a
function from a symbolic tensor to what the layer makes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from hypothesis import strategies as st
from keras import layers

from cnnviz.export.activation import PLAIN
from cnnviz.models.inactive_layers import INACTIVE
from tests.helpers.zoo import plainly

Shape = tuple[int, int, int]
Made = Callable[[Any], Any]
Draw = st.DrawFn

ACTIVATIONS = sorted({*PLAIN, "leaky_relu", "softmax", "linear"})
FACTOR = st.floats(0.125, 1.5, width=16)


def _window(draw: Draw, shape: Shape, equal_strides: bool) -> dict[str, Any]:
    """Kernel size, stride, padding and dilation; Keras has stride or dilation, not both."""
    size = draw(st.tuples(st.integers(1, min(4, shape[0])), st.integers(1, min(4, shape[1]))))
    padding = draw(st.sampled_from(["valid", "same"]))
    dilation = draw(st.integers(1, 3))
    if padding == "valid" and any((k - 1) * dilation >= n for k, n in zip(size, shape[:2], strict=True)):
        dilation = 1
    down, across = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    strides = (1, 1) if dilation > 1 else (down, down if equal_strides else across)
    return {"kernel_size": size, "strides": strides, "padding": padding, "dilation_rate": dilation}


def _bias(draw: Draw) -> dict[str, Any]:
    return {"use_bias": draw(st.booleans()), "activation": draw(st.sampled_from([None, "relu", "gelu"]))}


def conv2d(draw: Draw, shape: Shape) -> Made:
    groups = draw(st.sampled_from([g for g in (1, 2, 3) if shape[2] % g == 0]))
    filters = groups * draw(st.integers(1, 5))
    return layers.Conv2D(filters, groups=groups, **_window(draw, shape, False), **_bias(draw))


def depthwise(draw: Draw, shape: Shape) -> Made:
    many = draw(st.integers(1, 3))
    return layers.DepthwiseConv2D(depth_multiplier=many, **_window(draw, shape, True), **_bias(draw))


def separable(draw: Draw, shape: Shape) -> Made:
    many = draw(st.integers(1, 2))
    filters = draw(st.integers(1, 5))
    return layers.SeparableConv2D(filters, depth_multiplier=many, **_window(draw, shape, True), **_bias(draw))


def pooling(kind: str) -> Callable[[Draw, Shape], Made]:
    def drawn(draw: Draw, shape: Shape) -> Made:
        window = _window(draw, shape, False)
        strides = draw(st.sampled_from([None, window["strides"]]))
        return getattr(layers, kind)(window["kernel_size"], strides=strides, padding=window["padding"])

    return drawn


def global_pooling(kind: str) -> Callable[[Draw, Shape], Made]:
    return lambda draw, shape: getattr(layers, kind)(keepdims=draw(st.booleans()))


def dense(draw: Draw, shape: Shape) -> Made:
    """On the channels of each place, or on a flat row."""
    made = layers.Dense(draw(st.integers(1, 5)), **_bias(draw))
    return draw(st.sampled_from([made, lambda x: made(layers.Flatten()(x))]))


def batch_normalization(draw: Draw, shape: Shape) -> Made:
    axis = draw(st.sampled_from([-1, 3]))
    scale, center = draw(st.booleans()), draw(st.booleans())
    return layers.BatchNormalization(axis=axis, scale=scale, center=center, epsilon=draw(FACTOR) / 100)


def layer_normalization(draw: Draw, shape: Shape) -> Made:
    axis = draw(st.sampled_from([-1, 3]))
    scale, center = draw(st.booleans()), draw(st.booleans())
    return layers.LayerNormalization(axis=axis, scale=scale, center=center, epsilon=draw(FACTOR) / 10)


def rescaling(draw: Draw, shape: Shape) -> Made:
    each = [draw(FACTOR) for _ in range(shape[2])]
    scale, offset = draw(st.sampled_from([each, each[0]])), draw(st.sampled_from([each, 0.0, -each[0]]))
    return layers.Rescaling(scale, offset=offset)


def normalization(draw: Draw, shape: Shape) -> Made:
    each = [draw(FACTOR) for _ in range(shape[2])]
    if draw(st.booleans()):
        return layers.Normalization(mean=each, variance=each[::-1])
    return layers.Normalization(mean=each[0], variance=each[0], axis=None)


def reshape(draw: Draw, shape: Shape) -> Made:
    h, w, c = shape
    return layers.Reshape(draw(st.sampled_from([(w, h, c), (h, w * c), (1, h * w, c), (-1,)])))


def up_sampling(draw: Draw, shape: Shape) -> Made:
    return layers.UpSampling2D(draw(st.tuples(st.integers(1, 3), st.integers(1, 3))))


def zero_padding(draw: Draw, shape: Shape) -> Made:
    side = st.tuples(st.integers(0, 3), st.integers(0, 3))
    return layers.ZeroPadding2D((draw(side), draw(side)))


def cropping(draw: Draw, shape: Shape) -> Made:
    tops = [draw(st.integers(0, (n - 1) // 2)) for n in shape[:2]]
    ends = [draw(st.integers(0, (n - 1) // 2)) for n in shape[:2]]
    return layers.Cropping2D(tuple(zip(tops, ends, strict=True)))


def relu(draw: Draw, shape: Shape) -> Made:
    top = draw(st.sampled_from([None, 0.75]))
    below = draw(st.sampled_from([0.0, 0.25]))
    settings = {"max_value": top, "negative_slope": below, "threshold": draw(st.sampled_from([0.0, 0.125]))}
    return draw(st.sampled_from([layers.ReLU(**settings), lambda x: keras.activations.relu(x, **settings)]))


def prelu(draw: Draw, shape: Shape) -> Made:
    return layers.PReLU(shared_axes=draw(st.sampled_from([None, [1, 2], [2]])))


def softmax(draw: Draw, shape: Shape) -> Made:
    return draw(st.sampled_from([layers.Softmax(axis=-1), layers.Softmax(axis=3), keras.ops.softmax]))


def merging(kind: str) -> Callable[[Draw, Shape], Made]:
    """Two or three arms, of which a product's or sum's last may be one value a channel (squeeze and excitation)."""

    def drawn(draw: Draw, shape: Shape) -> Made:
        many = 2 if kind == "Subtract" else draw(st.integers(2, 3))
        arms: list[Made] = [layers.Conv2D(shape[2], 1) for _ in range(many)]
        if kind in ("Add", "Multiply", "Maximum", "Minimum") and draw(st.booleans()):
            arms[-1] = layers.GlobalAveragePooling2D(keepdims=True)
        merge = getattr(layers, kind)()
        return lambda x: merge([arm(x) for arm in arms])

    return drawn


def concatenate(draw: Draw, shape: Shape) -> Made:
    axis = draw(st.sampled_from([-1, 1, 2, 3]))
    wide = draw(st.integers(1, 4)) if axis in (-1, 3) else shape[2]
    other, merge = layers.Conv2D(wide, 1), layers.Concatenate(axis=axis)
    return lambda x: merge([x, other(x)])


def squeezed(draw: Draw, shape: Shape) -> Made:
    return lambda x: keras.ops.squeeze(keras.ops.expand_dims(x, 2), 2)


def idle(kind: str) -> Callable[[Draw, Shape], Made]:
    return lambda draw, shape: plainly(kind)


def of_activation(draw: Draw, shape: Shape) -> Made:
    return layers.Activation(draw(st.sampled_from(ACTIVATIONS)))


def operation(kind: str) -> Callable[[Draw, Shape], Made]:
    """A function of keras.ops, which in a graph is an operation and no layer."""
    return lambda draw, shape: getattr(keras.ops, kind.lower())


KINDS: dict[str, Callable[[Draw, Shape], Made]] = {
    "Conv2D": conv2d,
    "DepthwiseConv2D": depthwise,
    "SeparableConv2D": separable,
    **{kind: pooling(kind) for kind in ("MaxPooling2D", "AveragePooling2D")},
    **{kind: global_pooling(kind) for kind in ("GlobalMaxPooling2D", "GlobalAveragePooling2D")},
    "Dense": dense,
    "BatchNormalization": batch_normalization,
    "LayerNormalization": layer_normalization,
    "Rescaling": rescaling,
    "Normalization": normalization,
    "Flatten": lambda draw, shape: layers.Flatten(),
    "Reshape": reshape,
    **dict.fromkeys(("Squeeze", "ExpandDims"), squeezed),
    "UpSampling2D": up_sampling,
    "ZeroPadding2D": zero_padding,
    "Cropping2D": cropping,
    "ReLU": relu,
    "LeakyReLU": lambda draw, shape: layers.LeakyReLU(draw(FACTOR)),
    "ELU": lambda draw, shape: layers.ELU(draw(FACTOR)),
    "PReLU": prelu,
    "Softmax": softmax,
    "Activation": of_activation,
    **{kind: operation(kind) for kind in ("Relu", "Relu6", "Sigmoid", "Tanh", "Silu", "Gelu")},
    **{kind: merging(kind) for kind in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")},
    "Concatenate": concatenate,
    **{kind: idle(kind) for kind in sorted(INACTIVE) if hasattr(layers, kind)},
}
