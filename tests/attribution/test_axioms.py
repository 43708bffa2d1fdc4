"""Identities that the methods' papers promise, and arrays worked out by hand."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.attribution.attribute import attribute
from cnnviz.attribution.gradients import SmoothGrad, VarGrad
from cnnviz.core.errors import UsageError
from cnnviz.core.targets import Channel, Contrast, OneClass, PerImageClass
from cnnviz.data.images import Images
from tests.helpers.zoo_probes import pictures_for, zoo_probe


@pytest.fixture(scope="module")
def sample() -> Images:
    return cnnviz.open_images("sample")[:32]


def test_integrated_gradients_sum_to_the_change_of_the_score() -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    sample = cnnviz.open_images("sample")[:60]
    logits, start = probe.logits(sample), probe.logits(np.zeros((1, 28, 28, 1), np.float32))
    change = logits.max(axis=1) - start[0, logits.argmax(axis=1)]

    def error(**parameters) -> float:
        sums = attribute(probe, sample, "integrated-gradients", **parameters).values.sum(axis=(1, 2, 3))
        return float(np.abs(sums - change).mean() / np.abs(change).mean())

    assert error(steps=64) <= 0.01
    # Evenly spaced steps miss by more: ADR 6.
    assert 0.01 < error(steps=64, spacing="even") <= 0.03


@pytest.mark.parametrize("baseline", ["black", "white", "mean", "zero"])
@pytest.mark.parametrize("spacing", ["dense", "even"])
def test_integrated_gradients_of_a_linear_net_are_exact(baseline: str, spacing: str) -> None:
    model = keras.Sequential([keras.Input((2, 2, 3)), keras.layers.Flatten(), keras.layers.Dense(2)])
    weights = np.random.default_rng(0).normal(size=(12, 2)).astype(np.float32)
    model.layers[-1].set_weights([weights, np.float32([1, 2])])
    probe = cnnviz.wrap(model, scale="-1-1")
    pixels = np.random.default_rng(1).integers(0, 256, (3, 2, 2, 3), dtype=np.uint8)
    made = attribute(probe, Images(pixels), "integrated-gradients", 1, steps=3, baseline=baseline, spacing=spacing)
    inputs = pixels / 127.5 - 1
    blank = {"black": -1, "white": 1, "mean": inputs.mean(axis=(1, 2), keepdims=True), "zero": 0}[baseline]
    np.testing.assert_allclose(made.values, (inputs - blank) * weights[:, 1].reshape(2, 2, 3), atol=1e-5)


@pytest.mark.parametrize("net", ["sequential", "residual", "nested", "colour", "mlp", "sigmoids"])
def test_smoothgrad_without_noise_is_the_gradient(net: str) -> None:
    probe = zoo_probe(net)
    images = pictures_for(probe)
    made = attribute(probe, images, SmoothGrad(samples=3, noise=0))
    np.testing.assert_allclose(made.values, probe.gradients(images), rtol=1e-5, atol=1e-6)
    # Only what the last bit of a gradient differs by from batch to batch.
    spread = attribute(probe, images, VarGrad(samples=3, noise=0)).values.max()
    assert spread <= 1e-12 * np.square(made.values).max()


def test_vargrad_is_the_variance_of_the_gradients_also_where_it_is_small(sample: Images) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    method = VarGrad(samples=9, noise=1e-4, seed=4)
    inputs = probe.inputs(sample[:3])
    patterns = np.random.default_rng(4).standard_normal((9, 1, *inputs.shape[1:]), np.float32)
    sigma = 1e-4 * (inputs.max(axis=(1, 2, 3), keepdims=True) - inputs.min(axis=(1, 2, 3), keepdims=True))
    target = PerImageClass(probe.logits(sample[:3]).argmax(axis=1))
    gradients = [probe.value_and_gradients(inputs + sigma * pattern, target).gradients[0] for pattern in patterns]
    spread = np.var(np.float64(gradients), axis=0)
    # Gradients differ in their last bits with how many are computed at once, and this is of their small differences.
    np.testing.assert_allclose(attribute(probe, sample[:3], method).values, spread, atol=5e-6 * spread.max())


@pytest.mark.parametrize("method", ["input-x-gradient", "integrated-gradients", "smoothgrad"])
def test_a_contrast_is_the_difference_of_linear_methods(method: str) -> None:
    probe = zoo_probe("fmnist-cnn")
    images = pictures_for(probe)
    small = {"steps": 8} if method == "integrated-gradients" else {}
    a, b, both = (
        attribute(probe, images, method, target, **small).values
        for target in (OneClass(6), OneClass(0), Contrast(OneClass(6), OneClass(0)))
    )
    np.testing.assert_allclose(both, a - b, atol=1e-5 * np.abs(a).max())
    named = attribute(probe, images, method, "shirt", against="t-shirt", **small)
    assert named.how.target == "Shirt − T-shirt/top"
    np.testing.assert_array_equal(named.values, both)


def one_channel(activation: str = "softmax") -> cnnviz.Probe:
    """A net of one 1×1 convolution that doubles, and a head that reads its four cells: all can be done by hand."""
    model = keras.Sequential(
        [
            keras.Input((2, 2, 1)),
            keras.layers.Conv2D(1, 1, activation="relu", name="conv"),
            keras.layers.Flatten(),
            keras.layers.Dense(2, activation=activation, name="head"),
        ]
    )
    model.get_layer("conv").set_weights([np.full((1, 1, 1, 1), 2, np.float32), np.float32([-1])])
    model.get_layer("head").set_weights([np.float32([[1, 0], [2, -1], [-3, 4], [4, 1]]), np.float32([0.5, 0])])
    return cnnviz.wrap(model, scale="0-255")


@pytest.mark.exact
def test_on_one_channel_by_hand() -> None:
    probe = one_channel()
    images = Images(np.array([[[0, 1], [2, 3]]], np.uint8)[..., None])
    # conv: relu(2x − 1) = [[0, 1], [3, 5]]; logits: 0·1 + 1·2 − 3·3 + 5·4 + 0.5 = 13.5 and −1 + 12 + 5 = 16.
    maps = np.array([[0, 1], [3, 5]], np.float32)
    assert probe.logits(images).tolist() == [[13.5, 16]]
    first, gradient = OneClass(0), np.array([[1, 2], [-3, 4]], np.float32)

    def made(method: str) -> np.ndarray:
        return attribute(probe, images, method, first).values[0]

    np.testing.assert_allclose(made("grad-cam"), gradient.mean() * maps)  # mean gradient is 1
    np.testing.assert_allclose(made("layer-cam"), [[0, 2], [0, 20]])
    np.testing.assert_allclose(made("hires-cam"), [[0, 2], [0, 20]])
    np.testing.assert_allclose(made("xgrad-cam"), (2 - 9 + 20) / 9 * maps, rtol=1e-6)
    # α = g² / (2g² + ΣA·g³) with ΣA = 9: 1/(2+9), 4/(8+72), −, 16/(32+576); the third has a negative gradient.
    weight = 1 / 11 * 1 + 4 / 80 * 2 + 16 / 608 * 4
    np.testing.assert_allclose(made("grad-cam++"), weight * maps, rtol=1e-5)
    # The ReLU is shut at the first cell; each step of a pixel is two of the convolution.
    np.testing.assert_allclose(made("saliency"), [[0, 4], [6, 8]])
    np.testing.assert_allclose(made("input-x-gradient")[..., 0], [[0, 4], [-12, 24]])
    np.testing.assert_allclose(made("deconvnet")[..., 0], [[2, 4], [0, 8]])
    np.testing.assert_allclose(made("guided-backprop")[..., 0], [[0, 4], [0, 8]])
    np.testing.assert_allclose(made("guided-grad-cam")[..., 0], [[0, 4], [0, 40]])


@pytest.mark.exact
def test_one_cell_of_a_channel() -> None:
    probe = one_channel()
    images = Images(np.array([[[0, 1], [2, 3]]], np.uint8)[..., None])
    highest = attribute(probe, images, "saliency", Channel("conv", 0))
    assert highest.values[0].tolist() == [[0, 0], [0, 2]] and highest.scores.tolist() == [5] and highest.classes is None
    chosen = attribute(probe, images, "saliency", Channel("conv", 0, (1, 0)))
    assert chosen.values[0].tolist() == [[0, 0], [2, 0]] and chosen.scores.tolist() == [3]
    assert chosen.how.target == "conv/0 at 1, 0"


def test_scores_are_logits_also_where_the_model_ends_in_a_softmax(sample: Images) -> None:
    """A saturated softmax has no gradient left; maps of the probability and of the logit are not the same."""
    import tensorflow as tf

    probe = cnnviz.open_model("fmnist-cnn")
    logit = attribute(probe, sample, "saliency").values

    def probability(logits):
        return tf.reduce_max(tf.nn.softmax(logits), axis=1)

    squashed = attribute(probe, sample, "saliency", probability).values
    sure = probe.probabilities(sample).max(axis=1) > 0.999
    assert sure.any()
    assert squashed[sure].max() < 0.1 * logit[sure].max()

    def shape(m):
        return (m / m.max(axis=(1, 2), keepdims=True)).ravel()

    assert np.corrcoef(shape(logit), shape(squashed))[0, 1] < 0.95


def test_eigen_cam_finds_the_common_pattern() -> None:
    """Maps that all are multiples of one pattern have that pattern, less its mean, for a first component."""
    from cnnviz.attribution.cams.eigen_cam import _first_component

    pattern = np.array([[0, 1], [2, 5]], np.float32)
    maps = pattern[None, :, :, None] * np.array([1, 2, 2], np.float32)
    np.testing.assert_allclose(_first_component(maps)[0], np.maximum(3 * (pattern - 2), 0), atol=1e-5)


def test_several_layers_are_fused_on_one_scale(sample: Images) -> None:
    probe = cnnviz.open_model("fmnist-cnn")
    both = attribute(probe, sample, "grad-cam", layer=["conv2", "conv3"])
    single = [attribute(probe, sample, "grad-cam", layer=path) for path in ("conv2", "conv3")]
    # A map that is empty in one layer counts as empty.
    scaled = [one.maps / np.maximum(one.maps.max(axis=(1, 2), keepdims=True), 1e-9) for one in single]
    from cnnviz.core.resize_maps import upsample

    expected = np.mean([upsample(one, (28, 28)) for one in scaled], axis=0)
    np.testing.assert_allclose(both.values, expected, atol=1e-5)
    assert both.how.layers == ("conv2", "conv3") and "2 layers" in both.how.notes[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "smoothgrad:samples=0"}, "samples of at least 1"),
        ({"method": "integrated-gradients", "steps": 0}, "steps of at least 1"),
        ({"method": "integrated-gradients:baseline=grey"}, "baseline 'grey'; choose from: "),
        ({"method": "saliency", "layer": "conv2"}, "takes no layer"),
        ({"method": "saliency", "samples": 3}, "has no parameter 'samples'"),
        ({"method": "grad-cam", "layer": "dense1"}, "has no maps"),
        ({"target": "frock"}, "there is no class 'frock'"),
        ({"target": lambda z: z[:, 0], "against": 2}, "only classes can be compared"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments: dict, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        attribute("fmnist-cnn", cnnviz.open_images("sample")[:2], **arguments)
    assert "\n" not in str(caught.value)


def test_the_true_class_needs_labels(sample: Images) -> None:
    made = attribute("fmnist-cnn", sample, "grad-cam", "true")
    np.testing.assert_array_equal(made.classes, sample.labels)
    with pytest.raises(UsageError, match="no labels"):
        attribute("fmnist-cnn", Images(sample.pixels), "grad-cam", "true")


def test_saved_and_loaded(sample: Images, tmp_path) -> None:
    made = attribute("fmnist-cnn", sample, "smoothgrad:samples=2", "shirt", against="coat")
    again = cnnviz.Attribution.load(made.save(tmp_path / "a.npz"))
    np.testing.assert_array_equal(again.values, made.values)
    np.testing.assert_array_equal(again.scores, made.scores)
    assert again.how == made.how and again.model.hash == made.model.hash
