"""Each operation of the page's engine against Keras, forwards and backwards, with whatever settings Keras allows."""

from __future__ import annotations

import math

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from keras import layers

import cnnviz
from cnnviz.core.exported_network import Exported
from cnnviz.data.images import Images
from cnnviz.export.export_network import export
from cnnviz.export.nodes import TRANSLATORS
from cnnviz.models.inactive_layers import INACTIVE
from tests.helpers.node_runner import Job, run_engine
from tests.helpers.rounding import hold_in_16_bits

from .drawn import ACTIVATIONS, KINDS, Made, Shape

pytestmark = [
    pytest.mark.needs("node"),
    # Keras's advice on a softmax of one channel, which is 1.
    pytest.mark.filterwarnings("ignore:.*softmax over axis:UserWarning"),
]

#: Kinds side by side in one model, so that Keras compiles once for many.
FAMILIES = {
    "convolutions": ["Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Dense"],
    "pooling": ["MaxPooling2D", "AveragePooling2D", "GlobalMaxPooling2D", "GlobalAveragePooling2D"],
    "normalisations": ["BatchNormalization", "LayerNormalization", "Rescaling", "Normalization"],
    "activations": ["ReLU", "LeakyReLU", "ELU", "PReLU", "Softmax", "Activation"],
    "operations": ["Relu", "Relu6", "Sigmoid", "Tanh", "Silu", "Gelu", "Squeeze", "ExpandDims"],
    "moving": ["Flatten", "Reshape", "UpSampling2D", "ZeroPadding2D", "Cropping2D"],
    "merging": ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"],
}
#: Many of the others that do nothing take only color pictures.
IN_GRAPHS = [*(kind for family in FAMILIES.values() for kind in family), "Dropout", "GaussianNoise"]
IN_ALL = [*(kind for family in FAMILIES.values() for kind in family), *INACTIVE]

shapes = st.tuples(st.integers(3, 12), st.integers(3, 12), st.sampled_from([1, 2, 3, 4, 6]))


def started(shape: Shape) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """A color picture of this size, and a 1×1 convolution of it to so many channels."""
    start = keras.Input((*shape[:2], 3))
    return start, layers.Conv2D(shape[2], 1)(start)


def ended(start: keras.KerasTensor, ends: list[keras.KerasTensor]) -> keras.Model:
    """The model whose scores hang on all of these, with weights that 16 bits hold."""
    rows = [layers.Flatten()(end) for end in ends]
    joined = layers.Concatenate()(rows) if len(rows) > 1 else rows[0]
    model = keras.Model(start, layers.Dense(3)(joined))
    rng = np.random.default_rng(len(model.weights))
    for variable in model.weights:
        if "seed" in variable.path:
            continue
        drawn = rng.normal(0, 1 / math.sqrt(max(1, math.prod(variable.shape[:-1]))), variable.shape)
        variable.assign(np.abs(drawn) + 0.5 if "variance" in variable.path else drawn)
    return hold_in_16_bits(model)


def agree(model: keras.Model) -> None:
    """Every layer's values, and the gradient of a mix of the scores at the input."""
    probe = cnnviz.wrap(model, scale="-1-1")
    exported = export(probe)
    assert isinstance(exported, Exported), exported
    images = Images(np.random.default_rng(1).integers(0, 256, (2, *model.input_shape[1:]), dtype=np.uint8))
    paths = [layer.path for layer in probe.layers]
    seed = np.float32([1, -2, 0.5])
    (answer,) = run_engine([Job(exported, probe.inputs(images), paths, seed, [""])])
    held = probe.activations(images, paths)
    for path in paths:
        config = probe.runner.graph.step(path).operation
        described = f"{path}: {config.get_config() if isinstance(config, layers.Layer) else config}"
        near(answer["values"][path], held[path], 1e-4, described)
    gradient = probe.gradients(images, lambda z: z[:, 0] - 2 * z[:, 1] + 0.5 * z[:, 2])
    near(
        answer["gradients"][""],
        gradient,
        1e-3,
        f"gradient through {[node['op'] for node in exported.manifest['nodes']]}",
    )


def near(found: np.ndarray, expected: np.ndarray, bound: float, what: str) -> None:
    expected = expected.reshape(found.shape)
    scale = np.abs(expected).max() or 1
    np.testing.assert_allclose(found / scale, expected / scale, atol=bound, err_msg=what)


def test_every_kind_that_the_export_knows_is_here() -> None:
    assert set(TRANSLATORS) == set(IN_ALL)
    assert set(KINDS) == {kind for kind in IN_ALL if kind not in INACTIVE or hasattr(layers, kind)}


#: The same examples in every run, and no search for smaller ones: a model takes a second to build.
QUICK = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("family", FAMILIES)
@QUICK
@given(data=st.data(), shape=shapes)
def test_every_kind_alone(family: str, data: st.DataObject, shape: Shape) -> None:
    start, x = started(shape)
    agree(ended(start, [KINDS[kind](data.draw, shape)(x) for kind in FAMILIES[family]]))


@settings(QUICK, max_examples=4)
@given(data=st.data(), shape=shapes)
def test_graphs(data: st.DataObject, shape: Shape) -> None:
    agree(graph_of(data, shape))


@pytest.mark.slow
@settings(QUICK, max_examples=80, derandomize=False, print_blob=True)
@given(data=st.data(), shape=shapes)
def test_many_other_graphs(data: st.DataObject, shape: Shape) -> None:
    agree(graph_of(data, shape))


def graph_of(data: st.DataObject, shape: Shape) -> keras.Model:
    """Layers in random order on random branches, some of them used twice, and whatever is left over is joined."""
    start, x = started(shape)
    made: list[keras.KerasTensor] = [x]
    used: set[int] = set()
    before: list[tuple[Shape, Made]] = []
    for _ in range(data.draw(st.integers(3, 8), label="layers")):
        at = data.draw(st.integers(0, len(made) - 1), label="on")
        fed: Shape = tuple(made[at].shape[1:])
        again = [layer for shape, layer in before if shape == fed]
        if again and data.draw(st.booleans(), label="a layer once more"):
            layer = data.draw(st.sampled_from(again))
        else:
            layer = KINDS[data.draw(st.sampled_from(IN_GRAPHS), label="kind")](data.draw, fed)
            before.append((fed, layer))
        end = layer(made[at])
        used.add(at)
        if len(end.shape) == 4 and min(end.shape[1:3]) >= 3 and math.prod(end.shape[1:]) < 20_000:
            made.append(end)
        else:
            end = layers.Reshape((1, 1, -1))(end)
            made.append(layers.UpSampling2D(3)(layers.Conv2D(2, 1)(end)))
    return ended(start, [tensor for at, tensor in enumerate(made) if at not in used])


def test_every_activation() -> None:
    start, x = started((5, 4, 3))
    alone = [layers.Activation(name)(x) for name in ACTIVATIONS]
    fused = [layers.Conv2D(2, 2, activation=name)(x) for name in ACTIVATIONS]
    agree(ended(start, [*alone, *fused, layers.Dense(3, activation=layers.LeakyReLU(0.3))(x)]))


def test_what_does_nothing_in_inference() -> None:
    x = start = keras.Input((6, 5, 3))
    for kind in sorted(INACTIVE):
        if hasattr(layers, kind):
            x = KINDS[kind](None, (6, 5, 3))(x)
    x = layers.Conv2D(2, 3)(x)
    # Keras overrides training=True when it predicts.
    agree(ended(start, [layers.Dropout(0.5)(x, training=True), layers.SpatialDropout2D(0.5)(x)]))


def test_a_tensor_may_meet_itself() -> None:
    start, x = started((5, 4, 3))
    agree(ended(start, [layers.Multiply()([x, x]), layers.Add()([x, x, x]), layers.Concatenate()([x, x]), x - x + x]))


def test_a_shared_layer_gets_the_slopes_of_all_its_calls() -> None:
    start, x = started((8, 7, 2))
    shared = layers.Conv2D(2, 3, padding="same", activation="tanh")
    block = keras.Sequential([keras.Input((8, 7, 2)), shared, layers.BatchNormalization()])
    agree(ended(start, [shared(shared(x)), block(x), shared(block(x))]))


def test_kernels_of_very_small_and_very_large_numbers() -> None:
    """As weight decay leaves them before a batch norm: floats of 16 bits would have no digits left, or no room."""
    start, x = started((6, 5, 3))
    tiny = layers.BatchNormalization(epsilon=1e-14)(layers.Conv2D(4, 3, name="tiny", use_bias=False)(x))
    model = ended(start, [tiny, layers.Conv2D(4, 3, name="huge", use_bias=False)(x)])
    norm = next(layer for layer in model.layers if isinstance(layer, layers.BatchNormalization))
    norm.moving_variance.assign(np.full(4, 1e-12))
    norm.moving_mean.assign(np.zeros(4))
    for name, factor in (("tiny", 1e-6), ("huge", 1e6)):
        kernel = model.get_layer(name).kernel
        kernel.assign(kernel.numpy() * factor * np.float32([1, 1e-3, 1, 0]))
    agree(hold_in_16_bits(model))
