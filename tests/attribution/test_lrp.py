"""Layer-wise relevance propagation: by hand, against identities, and layer by layer."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import pytest
from keras import layers, ops

import cnnviz
from cnnviz.attribution.lrp import LRP, LRPEpsilon, LRPZPlus, conservation
from cnnviz.attribution.lrp.propagation import Propagation
from cnnviz.core.errors import ModelError, UsageError
from cnnviz.core.targets import PREDICTED, Channel, Contrast, OneClass
from cnnviz.data.images import Images
from tests.attribution.conftest import pictures_for, zoo_probe
from tests.sweeps import slow, sweep

METHODS = [LRPEpsilon(), LRPEpsilon(0.05), LRPZPlus(), LRP(), LRP(first="flat"), LRP(first="same")]
each_method = pytest.mark.parametrize("method", METHODS, ids=str)


def as_they_are(pixels: np.ndarray) -> np.ndarray:
    return pixels


def row(*values: float) -> Images:
    """One picture of one line."""
    return Images(np.float32(values).reshape(1, 1, -1, 1))


def by_hand(scale: object = as_they_are) -> cnnviz.Probe:
    """Two inputs, two hidden units: x = (1, 2) gives h = (6, 1) and logits (10, 1)."""
    start = keras.Input((1, 2, 1))
    x = layers.Flatten()(start)
    x = layers.Dense(2, activation="relu", name="hidden")(x)
    model = keras.Model(start, layers.Dense(2, activation="softmax", name="head")(x))
    model.set_weights([np.float32(w) for w in ([[1, -1], [2, 1]], [1, 0], [[2, 0], [-3, 1]], [1, 0])])
    return cnnviz.wrap(model, scale=scale)


def drawn(model: keras.Model, seed: int = 0, scale: object = "0-1") -> cnnviz.Probe:
    """Give every weight a new value, biases and moving statistics included."""
    rng = np.random.default_rng(seed)
    for variable in model.weights:
        if "seed" in variable.name:
            continue
        spread = 1.5 / np.sqrt(np.prod(variable.shape[:-1])) if len(variable.shape) > 1 else 0.3
        values = rng.normal(0, spread, variable.shape)
        variable.assign(np.abs(values) + 0.5 if "variance" in variable.name else values)
    return cnnviz.wrap(model, scale=scale)


def ended(x: keras.KerasTensor, start: keras.KerasTensor) -> keras.Model:
    return keras.Model(start, layers.Dense(4, activation="softmax", name="head")(layers.Flatten()(x)))


def check(probe: cnnviz.Probe, images: Images, method: Propagation, target: object = PREDICTED) -> None:
    """What arrives at each layer is what it hands on, and what its biases and its stabiliser keep; so is the whole."""
    rows = conservation(probe, images, target, method)
    for one in rows:
        most = np.abs(one.arrived) + np.abs(one.biases) + 1e-6
        assert (np.abs(one.missing) <= 1e-4 * most).all(), (one.path, one.arrived, one.missing)
    scores = probe.slopes(images, target).scores
    np.testing.assert_allclose(rows[0].arrived, scores, rtol=1e-5)
    maps = method(probe, images, target)
    kept = sum(one.biases + one.stabiliser for one in rows)
    most = np.abs(maps).sum(axis=(1, 2, 3)) + np.abs(scores)
    assert (np.abs(maps.sum(axis=(1, 2, 3)) + kept - scores) <= 1e-3 * most).all()


# By hand


@pytest.mark.parametrize(
    ("method", "target", "expected"),
    [
        # s = 10/10; R_h = (6·2·1, 1·−3·1) = (12, −3); s = (12/6, −3/1); R_x = (1·2 + −1·−3, 2·(2·2 + 1·−3)).
        (LRPEpsilon(0), OneClass(0), (5, 2)),
        # The same with 11, 7 and 2 below: R_h = (120, −30)/11, s = (120/77, −15/11).
        (LRPEpsilon(1), OneClass(0), (225 / 77, 270 / 77)),
        # Logit 1 starts with −1, all of which is from h₂: R_h = (12, −4), s = (2, −4).
        (LRPEpsilon(0), Contrast(OneClass(0), OneClass(1)), (6, 0)),
        # Of 12 + 1 (the bias) h₁ put in 12, and h₂ nothing; of 1 + 4 + 1 the inputs put in 1 and 4.
        (LRPZPlus(), OneClass(0), (20 / 13, 80 / 13)),
        # Dense layers only, and no bounds known of what a function makes: LRP-ε.
        (LRP(0), OneClass(0), (5, 2)),
        # h₁ = 6 is explained, by inputs that put in 1 and 4 and a bias of 1.
        (LRPEpsilon(0), Channel("hidden", 0), (1, 4)),
    ],
    ids="epsilon-0 epsilon-1 contrast z-plus composite channel".split(),
)
def test_a_net_of_two_layers(method: Propagation, target: object, expected: Sequence[float]) -> None:
    np.testing.assert_allclose(method(by_hand(), row(1, 2), target).ravel(), expected, rtol=1e-5, atol=1e-5)


def test_what_the_biases_keep_of_it() -> None:
    rows = {one.path: one for one in conservation(by_hand(), row(1, 2), OneClass(0), LRPEpsilon(0))}
    assert [round(float(rows["head"].biases[0]), 5), round(float(rows["hidden"].biases[0]), 5)] == [1, 2]
    assert list(rows)[:2] == ["head", "hidden"]
    kept = conservation(by_hand(), row(1, 2), OneClass(0), LRPEpsilon(1))[0]
    # 10/11 of what arrives is shared out by z = 10; a stabiliser of 1 keeps the rest.
    np.testing.assert_allclose([kept.handed_on[0], kept.biases[0], kept.stabiliser[0]], [90 / 11, 10 / 11, 10 / 11])


@pytest.mark.parametrize(
    ("scale", "first", "expected"),
    [
        # x w − h w⁻ = (½, −¼ + 1), of which R = z = ½ − ¼ + 3.
        ("0-1", "z-box", (3.25 * 0.4, 3.25 * 0.6)),
        # x = −½: x w − l w⁺ − h w⁻ = (−1 + 2, ½ + 1) and z = −1 + ½ + 3.
        ("-1-1", "z-box", (2.5 * 0.4, 2.5 * 0.6)),
        ("0-1", "flat", (1.625, 1.625)),
        # x w of a bias of 3: (½, −¼, 3).
        ("0-1", "same", (0.5, -0.25)),
    ],
)
def test_the_first_layer(scale: str, first: str, expected: Sequence[float]) -> None:
    start = keras.Input((1, 2, 1))
    model = keras.Model(start, layers.Dense(2, name="head")(layers.Flatten()(start)))
    model.set_weights([np.float32([[2, 0], [-1, 0]]), np.float32([3, 0])])
    method = LRP(first=first)  # type: ignore[arg-type]
    made = method(cnnviz.wrap(model, scale=scale), row(0.25, 0.25), OneClass(0))
    np.testing.assert_allclose(made.ravel(), expected, rtol=1e-5)


def test_bounds_go_through_what_scales_the_pixels() -> None:
    """A Rescaling in the model and one outside are the same to z^B, padding counted."""
    start = keras.Input((6, 6, 1))
    conv = layers.Conv2D(3, 3, padding="same", activation="relu", name="conv")
    inside = drawn(ended(conv(layers.Rescaling(2 / 255, -1)(start)), start), scale="0-255")
    start = keras.Input((6, 6, 1))
    outside = cnnviz.wrap(
        ended(layers.Conv2D(3, 3, padding="same", activation="relu", name="conv")(start), start), scale="-1-1"
    )
    outside.model.set_weights(inside.model.get_weights())
    images = pictures_for(inside, 3)
    np.testing.assert_allclose(LRP()(inside, images, OneClass(1)), LRP()(outside, images, OneClass(1)), atol=1e-5)


@pytest.mark.parametrize(("method", "expected"), [(LRPEpsilon(0), (3, -1)), (LRPZPlus(), (2, 0)), (LRP(0), (3, -1))])
def test_an_addition_shares_by_what_each_side_puts_in(method: Propagation, expected: Sequence[float]) -> None:
    start = keras.Input((1, 2, 1))
    x = layers.Flatten()(start)
    a, b = (layers.Dense(2, use_bias=False, name=name)(x) for name in "ab")
    model = keras.Model(start, layers.Add(name="add")([a, b]))
    model.set_weights([np.float32([[3, 0], [0, 0]]), np.float32([[-1, 0], [0, 1]])])
    probe = cnnviz.wrap(model, scale=as_they_are)
    pulled = probe.slopes(row(1, 1), OneClass(0), at=("a", "b"), rule=method.rule(probe))
    np.testing.assert_allclose([slopes[0, 0] for slopes in pulled.slopes], expected)


# Identities


def rectified(use_bias: bool) -> cnnviz.Probe:
    start = keras.Input((12, 12, 3))
    x = layers.Conv2D(6, 3, activation="relu", use_bias=use_bias, name="conv1")(start)
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = skip = layers.Conv2D(6, 3, padding="same", use_bias=use_bias, name="conv2")(x)
    x = layers.Add()([layers.ReLU()(x), skip])
    x = layers.AveragePooling2D(2, padding="same")(x)
    x = layers.Dense(8, activation="relu", use_bias=use_bias, name="dense")(layers.Flatten()(x))
    return drawn(keras.Model(start, layers.Dense(4, use_bias=use_bias, activation="softmax", name="head")(x)))


def test_without_epsilon_it_is_input_times_gradient_on_a_relu_net() -> None:
    for use_bias in (False, True):
        probe = rectified(use_bias)
        images = pictures_for(probe, 8)
        plain = probe.slopes(images, OneClass(2))
        expected = plain.values[0] * plain.slopes[0]
        made = LRPEpsilon(0)(probe, images, OneClass(2))
        np.testing.assert_allclose(made, expected, atol=2e-5 * np.abs(expected).max())
        if not use_bias:
            np.testing.assert_allclose(made.sum(axis=(1, 2, 3)), plain.scores, rtol=1e-3)


@pytest.mark.parametrize("kind", ["Conv2D", "SeparableConv2D", *slow("DepthwiseConv2D", "Conv2DTranspose")])
@each_method
def test_batch_normalisation_is_as_good_as_folded_into_the_convolution(kind: str, method: Propagation) -> None:
    def conv(use_bias: bool) -> layers.Layer:
        width = {"depth_multiplier": 2} if kind == "DepthwiseConv2D" else {"filters": 6}
        return getattr(layers, kind)(kernel_size=3, strides=2, padding="same", use_bias=use_bias, name="conv", **width)

    start = keras.Input((9, 9, 3))
    norm = layers.BatchNormalization(name="norm")
    written_out = drawn(ended(layers.ReLU()(norm(conv(True)(start))), start))
    start = keras.Input((9, 9, 3))
    folded = cnnviz.wrap(ended(layers.ReLU()(conv(True)(start)), start), scale="0-1")
    *kernels, bias = (np.asarray(w) for w in written_out.model.get_layer("conv").get_weights())
    gamma, beta, mean, variance = (np.asarray(w) for w in norm.get_weights())
    factor = gamma / np.sqrt(variance + norm.epsilon)
    if kind == "DepthwiseConv2D":
        kernels[0] = kernels[0] * factor.reshape(3, 2)
    elif kind == "Conv2DTranspose":
        kernels[0] = kernels[0] * factor[:, None]
    else:
        kernels[-1] = kernels[-1] * factor
    folded.model.get_layer("conv").set_weights([*kernels, (bias - mean) * factor + beta])
    folded.model.get_layer("head").set_weights(written_out.model.get_layer("head").get_weights())
    images = pictures_for(written_out, 4)
    if isinstance(method, LRPEpsilon):
        # Two layers have two stabilisers: no identity.
        method = LRPEpsilon(0)
    a, b = (method(probe, images, OneClass(1)) for probe in (written_out, folded))
    np.testing.assert_allclose(a, b, atol=1e-4 * np.abs(b).max())


@each_method
def test_a_separable_convolution_is_the_convolution_that_it_amounts_to(method: Propagation) -> None:
    start = keras.Input((8, 8, 3))
    conv = layers.SeparableConv2D(5, 3, depth_multiplier=2, padding="same", activation="relu", name="conv")
    separable = drawn(ended(conv(start), start))
    start = keras.Input((8, 8, 3))
    plain = cnnviz.wrap(ended(layers.Conv2D(5, 3, padding="same", activation="relu", name="conv")(start), start))
    depthwise, pointwise, bias = conv.get_weights()
    joined = np.einsum("hwcm,cmo->hwco", depthwise, pointwise.reshape(3, 2, 5))
    plain.model.get_layer("conv").set_weights([joined, bias])
    plain.model.get_layer("head").set_weights(separable.model.get_layer("head").get_weights())
    images = pictures_for(separable, 4)
    a, b = (method(probe, images, OneClass(1)) for probe in (separable, plain))
    np.testing.assert_allclose(a, b, atol=1e-4 * np.abs(b).max())


@pytest.mark.parametrize("net", ["fmnist-cnn", "sequential", "residual", "nested", "mlp"])
def test_z_plus_gives_nothing_negative_for_a_score_that_is_not(net: str) -> None:
    probe = zoo_probe(net)
    images = pictures_for(probe, 8)
    positive = np.flatnonzero(probe.logits(images).max(axis=1) > 0)
    made = LRPZPlus()(probe, images[positive], PREDICTED)
    assert len(positive) and made.min() >= 0 and made.max() > 0


def test_classes_of_one_sigmoid_unit_share_with_opposite_signs() -> None:
    start = keras.Input((6, 6, 1))
    x = layers.Dense(5, activation="relu", name="hidden")(layers.Flatten()(start))
    probe = drawn(keras.Model(start, layers.Dense(1, activation="sigmoid", name="head")(x)))
    images = pictures_for(probe, 3)
    off, on = (LRPEpsilon()(probe, images, OneClass(index)) for index in (0, 1))
    np.testing.assert_array_equal(off, -on)
    check(probe, images, LRPEpsilon(), OneClass(0))


# Layer by layer


@each_method
@pytest.mark.parametrize(
    "net",
    [
        *("fmnist-cnn", "residual"),
        *slow("sequential", "nested", "shared", "mlp", "sigmoids"),
    ],
)
def test_relevance_is_kept_from_layer_to_layer(net: str, method: Propagation) -> None:
    probe = zoo_probe(net)
    check(probe, pictures_for(probe, 3), method, OneClass(1))


def _squeezed(x: keras.KerasTensor) -> keras.KerasTensor:
    gate = layers.Dense(6, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))
    return layers.Multiply(name="excite")([x, gate])


def _hard_squeezed(x: keras.KerasTensor) -> keras.KerasTensor:
    gate = layers.ReLU(6.0)(layers.GlobalAveragePooling2D(keepdims=True)(x) + 3.0) * (1 / 6)
    return layers.Multiply(name="excite")([x, gate])


ALIKE = {
    "batch-norm": lambda x: layers.BatchNormalization()(x),
    "normalization": lambda x: layers.Normalization(mean=0.2, variance=2.0)(x),
    "rescaling": lambda x: layers.Rescaling(-0.5, 0.3)(x),
    "arithmetic": lambda x: (-(x * 2.0 + 0.5) / 3.0) - 0.25,
    "with itself": lambda x: x + x,
    "add": lambda x: layers.Add()([x, layers.Conv2D(6, 1)(x), layers.Conv2D(6, 1)(x)]),
    "broadcast add": lambda x: x + layers.GlobalAveragePooling2D(keepdims=True)(x),
    "subtract": lambda x: layers.Subtract()([x, layers.Conv2D(6, 1)(x)]),
    "average": lambda x: layers.Average()([x, layers.Conv2D(6, 1)(x)]),
    "maximum": lambda x: layers.Maximum()([x, layers.Conv2D(6, 1)(x)]),
    "concatenate": lambda x: layers.Concatenate()([x, layers.Conv2D(2, 1)(x)]),
    "pools": lambda x: layers.AveragePooling2D(3, 2, padding="same")(layers.MaxPooling2D(3, 1)(x)),
    "mean": lambda x: ops.mean(x, axis=(1, 2)),
    "nearest": lambda x: layers.UpSampling2D(2)(x),
    "bilinear": lambda x: layers.UpSampling2D(2, interpolation="bilinear")(x),
    "padding": lambda x: layers.Cropping2D(2)(layers.ZeroPadding2D(3)(x)),
    "permuted": lambda x: layers.Permute((3, 1, 2))(x),
    "einsum": lambda x: layers.EinsumDense("abcd,de->abce", (8, 8, 7), bias_axes="e", activation="gelu")(x),
    "depthwise": lambda x: layers.DepthwiseConv2D(3, dilation_rate=2, activation="silu")(x),
    "transposed": lambda x: layers.Conv2DTranspose(4, 3, strides=2, activation="elu")(x),
    "separable": lambda x: layers.SeparableConv2D(5, 3, strides=2)(x),
    "activations": lambda x: layers.PReLU()(layers.LeakyReLU()(layers.Activation("softplus")(x))),
    "squeezed": _squeezed,
    "hard squeezed": _hard_squeezed,
}


#: One of each idea; the others are slow.
FIRST = ("batch-norm", "add", "concatenate", "separable", "pools", "activations")


@pytest.mark.parametrize("kind", sweep(ALIKE, *FIRST))
def test_every_kind_of_layer_keeps_relevance(kind: str) -> None:
    start = keras.Input((10, 10, 3))
    x = layers.Conv2D(6, 3, activation="relu" if kind == "pools" else None, name="conv")(start)
    probe = drawn(ended(ALIKE[kind](x), start))
    images = pictures_for(probe, 2)
    for method in (LRPEpsilon(), LRPZPlus(), LRP()):
        check(probe, images, method, OneClass(2))
    assert any("gates" in note for note in LRP().notes(probe)) == ("squeezed" in kind)


@each_method
def test_the_forward_pass_stays_what_it_is_to_the_last_bit(method: Propagation) -> None:
    for net in ("fmnist-cnn", "residual", "nested", "shared"):
        probe = zoo_probe(net)
        images = pictures_for(probe, 5)
        plain, ours = (probe.slopes(images, OneClass(3), rule=rule) for rule in (None, method.rule(probe)))
        assert plain.scores.tobytes() == ours.scores.tobytes()
        assert plain.logits is not None and ours.logits is not None
        assert plain.logits.tobytes() == ours.logits.tobytes()


@pytest.mark.parametrize("cell", [None, (1, 2)])
def test_a_channel_starts_with_its_own_value(cell: tuple[int, int] | None) -> None:
    probe = zoo_probe("residual")
    images = pictures_for(probe, 3)
    for method in (LRPEpsilon(), LRPZPlus(), LRP()):
        check(probe, images, method, Channel("out", 2, cell))


def test_what_comes_after_a_channel_needs_no_rule() -> None:
    """The net has a layer normalisation, but behind the layer that is asked about."""
    probe = zoo_probe("colour")
    images = pictures_for(probe, 2)
    assert np.abs(LRP()(probe, images, Channel("depth", 1))).max() > 0
    with pytest.raises(ModelError, match=r"norm \(LayerNormalization\)"):
        LRP()(probe, images, PREDICTED)


REFUSED = {
    "LayerNormalization": lambda x: layers.LayerNormalization(name="odd")(x),
    "Multiply": lambda x: layers.Multiply(name="odd")([x, layers.Conv2D(6, 1)(x)]),
    "Activation with softmax": lambda x: layers.Activation("softmax", name="odd")(x),
    "Softmax": lambda x: layers.Softmax(name="odd")(x),
    "Conv2D with softmax": lambda x: layers.Conv2D(3, 1, activation="softmax", name="odd")(x),
    "Attention": lambda x: layers.Attention(name="odd")([layers.Reshape((64, 6))(x), layers.Reshape((64, 6))(x)]),
    "LSTM": lambda x: layers.LSTM(3, name="odd")(layers.Reshape((64, 6))(x)),
}


@pytest.mark.parametrize("kind", list(REFUSED))
def test_a_layer_without_a_rule_is_refused_by_name(kind: str) -> None:
    start = keras.Input((10, 10, 3))
    probe = drawn(ended(REFUSED[kind](layers.Conv2D(6, 3)(start)), start))
    with pytest.raises(ModelError, match=r"no rule for odd \(" + kind + r"\); use integrated-gradients"):
        cnnviz.attribute(probe, pictures_for(probe, 1), "lrp")


def test_a_negative_epsilon_is_refused() -> None:
    for cls in (LRPEpsilon, LRP):
        with pytest.raises(UsageError, match="epsilon of at least 0"):
            cls(epsilon=-1.0)


def test_a_scale_of_the_users_own_is_told() -> None:
    assert any("no rule for a first layer" in note for note in LRP().notes(by_hand()))
    assert not any("first layer" in note for note in LRP().notes(by_hand("0-1")))


def test_training_shows_through() -> None:
    """Weights are read when relevance is computed, and not when the way back is compiled."""
    probe = rectified(True)
    images = pictures_for(probe, 2)
    methods = (LRPEpsilon(), LRPZPlus(), LRP())
    before = [method(probe, images, OneClass(0)) for method in methods]
    for variable in probe.model.weights:
        variable.assign(variable * 1.5 + 0.01)
    fresh = cnnviz.wrap(probe.model, scale="0-1")
    for method, old in zip(methods, before, strict=True):
        made = method(probe, images, OneClass(0))
        assert not np.allclose(made, old)
        np.testing.assert_allclose(made, method(fresh, images, OneClass(0)), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("policy", "tolerance"),
    [
        ("float64", 1e-4),
        pytest.param("mixed_float16", 0.05, marks=pytest.mark.slow),
        pytest.param("mixed_bfloat16", 0.3, marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("method", [LRP(), *slow(LRPEpsilon(), LRPZPlus())], ids=str)
def test_other_number_formats_give_the_same_but_for_rounding(
    policy: str, tolerance: float, method: Propagation
) -> None:
    def made(name: str) -> np.ndarray:
        keras.config.set_dtype_policy(name)
        try:
            start = keras.Input((12, 12, 1))
            x = layers.Conv2D(4, 3, padding="same", activation="relu")(layers.Rescaling(2.0, -1.0)(start))
            y = layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same")(x))
            x = layers.MaxPooling2D()(layers.ReLU()(layers.Add()([x, y])))
            x = layers.AveragePooling2D(2)(layers.SeparableConv2D(5, 3, padding="same", activation="relu")(x))
            probe = drawn(ended(x, start))
        finally:
            keras.config.set_dtype_policy("float32")
        images = pictures_for(probe, 2)
        for entry in conservation(probe, images, OneClass(1), method):
            share = 1e-3 if name in ("float32", "float64") else 0.05
            assert np.all(np.abs(entry.missing) <= share * np.abs(entry.arrived) + 1e-4 * np.abs(entry.biases) + 1e-4)
        return cnnviz.attribute(probe, images, method, 1).values

    exact, other = made("float32"), made(policy)
    assert np.abs(other - exact).mean() <= tolerance * np.abs(exact).mean()
