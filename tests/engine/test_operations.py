"""Each operation of the page's engine against Keras on random shapes, strides, paddings, dilations and groups."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras import layers

import cnnviz
from cnnviz.core.network import Exported
from cnnviz.data.images import Images
from cnnviz.engine.activation import PLAIN
from cnnviz.engine.export import export
from tests.engine.node_runner import Job, run_engine

SIZE = (11, 9)


def model_of(*stack: layers.Layer, channels: int = 3, seed: int = 0) -> keras.Model:
    """A colour picture, a 1×1 convolution to ``channels``, the layers in question, and a small head."""
    x = start = keras.Input((*SIZE, 3))
    x = layers.Conv2D(channels, 1, name="spread")(x)
    for layer in stack:
        x = layer(x)
    model = keras.Model(start, layers.Dense(3, name="head")(layers.Flatten(name="flat")(x)))
    rng = np.random.default_rng(seed)
    for variable in model.weights:
        drawn = rng.normal(0, 0.5, variable.shape)
        drawn = np.abs(drawn) + 0.5 if "variance" in variable.name else drawn
        variable.assign(drawn.astype(np.float16))
    return model


def rounded(model: keras.Model) -> keras.Model:
    """Give it weights that 16 bits can hold, so that only the arithmetic is compared."""
    for i, variable in enumerate(model.weights):
        variable.assign(np.random.default_rng(i).normal(0, 0.5, variable.shape).astype(np.float16))
    return model


def job_of(model: keras.Model) -> tuple[Job, cnnviz.Probe, Images]:
    probe = cnnviz.wrap(model, scale="-1-1")
    exported = export(probe)
    assert isinstance(exported, Exported), exported
    images = Images(np.random.default_rng(1).integers(0, 256, (2, *SIZE, 3), dtype=np.uint8))
    paths = [layer.path for layer in probe.layers]
    return Job(exported, probe.inputs(images), paths, np.float32([1, -2, 0.5]), [""]), probe, images


def agree(models: list[keras.Model]) -> None:
    prepared = [job_of(model) for model in models]
    for answer, (job, probe, images) in zip(run_engine([p[0] for p in prepared]), prepared, strict=True):
        described = str(job.exported.manifest["nodes"])[:600]
        held = probe.activations(images, job.paths)
        for path in job.paths:
            expected = held[path].reshape(2, -1)
            scale = np.abs(expected).max() or 1
            np.testing.assert_allclose(answer["values"][path] / scale, expected / scale, atol=1e-4, err_msg=described)
        slope = probe.gradients(images, lambda z: z[:, 0] - 2 * z[:, 1] + 0.5 * z[:, 2]).reshape(2, -1)
        scale = np.abs(slope).max() or 1
        np.testing.assert_allclose(answer["slopes"][""] / scale, slope / scale, atol=1e-3, err_msg=described)


@st.composite
def windows(draw: st.DrawFn) -> Callable[[], tuple[layers.Layer, int]]:
    """A convolution or pooling with settings that Keras allows, and the channels that it is fed."""
    kind = draw(st.sampled_from(["conv", "grouped", "depthwise", "separable", "max", "mean"]))
    size = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    padding = draw(st.sampled_from(["valid", "same"]))
    channels = draw(st.integers(1, 6))
    square = draw(st.integers(1, 3))
    # Keras allows stride or dilation, not both, and equal strides for depthwise kernels.
    dilation = draw(st.integers(1, 2)) if square == 1 else 1
    stride = (
        (square, square) if kind in ("depthwise", "separable") or dilation > 1 else (square, draw(st.integers(1, 3)))
    )
    stride = stride if dilation == 1 else (1, 1)
    bias = draw(st.booleans())
    common = {"strides": stride, "padding": padding}
    convolving = common | {"dilation_rate": dilation, "use_bias": bias}
    outputs = draw(st.integers(1, 5))

    def build() -> tuple[layers.Layer, int]:
        if kind == "conv":
            return layers.Conv2D(outputs, size, **convolving), channels
        if kind == "grouped":
            return layers.Conv2D(2 * outputs, size, groups=2, **convolving), 2 * channels
        if kind == "depthwise":
            return layers.DepthwiseConv2D(size, depth_multiplier=min(outputs, 3), **convolving), channels
        if kind == "separable":
            return layers.SeparableConv2D(outputs, size, depth_multiplier=min(outputs, 2), **convolving), channels
        pool = layers.MaxPooling2D if kind == "max" else layers.AveragePooling2D
        return pool(size, **common), channels

    return build


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(windows(), min_size=1, max_size=5))
def test_windows(builds) -> None:
    agree([model_of(layer, channels=channels) for layer, channels in (build() for build in builds)])


def test_every_activation() -> None:
    agree([model_of(layers.Activation(name)) for name in sorted({*PLAIN, "leaky_relu", "softmax", "linear"})])


def test_activation_layers() -> None:
    stack = [
        layers.ReLU(),
        layers.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.2),
        layers.LeakyReLU(0.3),
        layers.ELU(0.7),
        layers.PReLU(),
        layers.PReLU(shared_axes=[1, 2]),
        layers.Softmax(),
        layers.Conv2D(4, 3, activation="gelu"),
        layers.Dense(5, activation="silu"),
    ]
    agree([model_of(layer) for layer in stack])


def test_normalisations() -> None:
    stack = [
        layers.BatchNormalization(),
        layers.BatchNormalization(scale=False, epsilon=0.01),
        layers.BatchNormalization(center=False),
        layers.LayerNormalization(),
        layers.Rescaling(0.3, offset=-0.2),
        layers.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 0.5]),
        layers.Normalization(mean=0.4, variance=2.0, axis=None),
    ]
    agree([model_of(layer) for layer in stack])


def test_layers_that_move_numbers() -> None:
    stack = [
        layers.ZeroPadding2D(((1, 2), (0, 3))),
        layers.Cropping2D(((1, 2), (3, 0))),
        layers.UpSampling2D((2, 3)),
        layers.Reshape((9, 11, 3)),
        layers.GlobalAveragePooling2D(),
        layers.GlobalMaxPooling2D(keepdims=True),
        layers.Dropout(0.5),
        layers.SpatialDropout2D(0.5),
        layers.GaussianNoise(0.5),
    ]
    agree([model_of(layer) for layer in stack])


@pytest.mark.parametrize("kind", ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"])
def test_branches(kind: str) -> None:
    def branching(count: int, **options: int) -> keras.Model:
        x = start = keras.Input((*SIZE, 3))
        arms = [layers.Conv2D(4, 3, padding="same", name=f"arm{i}")(x) for i in range(count)]
        x = getattr(layers, kind)(**options)(arms)
        x = layers.Dense(3, name="head")(layers.Flatten()(x))
        return rounded(keras.Model(start, x))

    models = [branching(2)]
    if kind != "Subtract":
        models.append(branching(3))
    if kind == "Concatenate":
        models += [branching(2, axis=1), branching(2, axis=2)]
    agree(models)


def test_one_value_a_channel_is_spread_over_a_map() -> None:
    """Squeeze and excitation."""
    x = start = keras.Input((*SIZE, 3))
    x = layers.Conv2D(4, 3, name="conv")(x)
    weight = layers.Dense(4, activation="sigmoid", name="excite")(layers.GlobalAveragePooling2D(keepdims=True)(x))
    x = layers.Multiply(name="scale")([x, weight])
    agree([rounded(keras.Model(start, layers.Dense(3, name="head")(layers.Flatten()(x))))])


def test_operators_between_tensors() -> None:
    x = start = keras.Input((*SIZE, 3))
    a = layers.Conv2D(4, 3, name="a")(x)
    b = layers.Conv2D(4, 3, name="b")(x)
    x = keras.ops.relu(a + b)
    agree([rounded(keras.Model(start, layers.Dense(3, name="head")(layers.Flatten()(x))))])
