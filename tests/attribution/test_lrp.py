"""Layer-wise relevance propagation against sums by hand and against identities that must hold."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.attribution.lrp import LRP, LRPEpsilon, LRPZPlus, conservation
from cnnviz.attribution.lrp.propagation import Propagation
from cnnviz.core.targets import PREDICTED, Channel, Contrast, OneClass
from tests.helpers.sweeps import slow
from tests.helpers.zoo_probes import pictures_for, zoo_probe

from .lrp_nets import as_they_are, by_hand, check, drawn, each_method, ended, rectified, row


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
    np.testing.assert_allclose(method(by_hand(), row(1, 2), target).values.ravel(), expected, rtol=1e-5, atol=1e-5)


def test_what_the_biases_keep_of_it() -> None:
    rows = {one.path: one for one in conservation(by_hand(), row(1, 2), OneClass(0), LRPEpsilon(0))}
    assert [round(float(rows["head"].biases[0]), 5), round(float(rows["hidden"].biases[0]), 5)] == [1, 2]
    assert list(rows)[:2] == ["head", "hidden"]
    kept = conservation(by_hand(), row(1, 2), OneClass(0), LRPEpsilon(1))[0]
    # 10/11 of what arrives is shared out by z = 10; a stabilizer of 1 keeps the rest.
    np.testing.assert_allclose([kept.handed_on[0], kept.biases[0], kept.stabilizer[0]], [90 / 11, 10 / 11, 10 / 11])


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
    made = method(cnnviz.wrap(model, scale=scale), row(0.25, 0.25), OneClass(0)).values
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
    np.testing.assert_allclose(
        LRP()(inside, images, OneClass(1)).values, LRP()(outside, images, OneClass(1)).values, atol=1e-5
    )


@pytest.mark.parametrize(("method", "expected"), [(LRPEpsilon(0), (3, -1)), (LRPZPlus(), (2, 0)), (LRP(0), (3, -1))])
def test_an_addition_shares_by_what_each_side_puts_in(method: Propagation, expected: Sequence[float]) -> None:
    start = keras.Input((1, 2, 1))
    x = layers.Flatten()(start)
    a, b = (layers.Dense(2, use_bias=False, name=name)(x) for name in "ab")
    model = keras.Model(start, layers.Add(name="add")([a, b]))
    model.set_weights([np.float32([[3, 0], [0, 0]]), np.float32([[-1, 0], [0, 1]])])
    probe = cnnviz.wrap(model, scale=as_they_are)
    pulled = probe.value_and_gradients(row(1, 1), OneClass(0), at=("a", "b"), rule=method.rule(probe))
    np.testing.assert_allclose([gradients[0, 0] for gradients in pulled.gradients], expected, rtol=1e-6)


def test_without_epsilon_it_is_input_times_gradient_on_a_relu_net() -> None:
    for use_bias in (False, True):
        probe = rectified(use_bias)
        images = pictures_for(probe, 8)
        plain = probe.value_and_gradients(images, OneClass(2))
        expected = plain.values[0] * plain.gradients[0]
        made = LRPEpsilon(0)(probe, images, OneClass(2)).values
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
        # Two layers have two stabilizers: no identity.
        method = LRPEpsilon(0)
    a, b = (method(probe, images, OneClass(1)).values for probe in (written_out, folded))
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
    a, b = (method(probe, images, OneClass(1)).values for probe in (separable, plain))
    np.testing.assert_allclose(a, b, atol=1e-4 * np.abs(b).max())


@pytest.mark.parametrize("net", ["fmnist-cnn", "sequential", "residual", "nested", "mlp"])
def test_z_plus_gives_nothing_negative_for_a_score_that_is_not(net: str) -> None:
    probe = zoo_probe(net)
    images = pictures_for(probe, 8)
    positive = np.flatnonzero(probe.logits(images).max(axis=1) > 0)
    made = LRPZPlus()(probe, images[positive], PREDICTED).values
    assert len(positive) and made.min() >= 0 and made.max() > 0


def test_classes_of_one_sigmoid_unit_share_with_opposite_signs() -> None:
    start = keras.Input((6, 6, 1))
    x = layers.Dense(5, activation="relu", name="hidden")(layers.Flatten()(start))
    probe = drawn(keras.Model(start, layers.Dense(1, activation="sigmoid", name="head")(x)))
    images = pictures_for(probe, 3)
    off, on = (LRPEpsilon()(probe, images, OneClass(index)).values for index in (0, 1))
    np.testing.assert_allclose(off, -on, atol=1e-6 * np.abs(on).max())
    check(probe, images, LRPEpsilon(), OneClass(0))
