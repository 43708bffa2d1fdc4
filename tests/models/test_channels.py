"""Networks of 2 to 16 channels: they open, their scale is measured, and they predict as Keras does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import DataError, ModelError, UsageError
from cnnviz.models.open import open_model
from tests.helpers.sweeps import sweep

keras = pytest.importorskip("keras")
layers = keras.layers


def network(channels: int, *front: keras.Layer, size: int = 12, classes: int = 3, seed: int = 0) -> keras.Model:
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            layers.Input((size, size, channels)),
            *front,
            layers.Conv2D(6, 3, activation="relu", name="conv"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def images(channels: int, count: int = 6, size: int = 12) -> np.ndarray:
    return np.random.default_rng(channels).integers(0, 256, (count, size, size, channels)).astype(np.uint8)


@pytest.mark.parametrize("channels", sweep(range(2, 17), 2, 5, 16))
@pytest.mark.parametrize(
    ("scale", "change"),
    [
        ("0-1", lambda x, c: x / 255),
        ("-1-1", lambda x, c: x / 127.5 - 1),
        ("0-255", lambda x, c: x),
        ("moments", lambda x, c: (x / 255 - (0.5 + 0.01 * np.arange(c))) / (0.2 + 0.01 * np.arange(c))),
    ],
)
def test_probabilities_are_those_of_keras(channels: int, scale: str, change) -> None:
    model, x = network(channels), images(channels)
    if scale == "moments":
        mean, std = 0.5 + 0.01 * np.arange(channels), 0.2 + 0.01 * np.arange(channels)
        scale = ",".join(f"{value:g}" for value in (*mean, *std))
    probe = open_model(model, scale=scale)
    expected = model.predict(change(x.astype(np.float64), channels).astype(np.float32), verbose=0)
    assert probe.card.input_shape == (12, 12, channels)
    assert np.abs(cnnviz.predict(probe, cnnviz.Images(x)).probabilities - expected).max() < 1e-5


@pytest.mark.parametrize(
    ("front", "scale"),
    [
        ([layers.Rescaling(1 / 255)], "0-255"),
        ([layers.Rescaling(1 / 127.5, offset=-1)], "0-255"),
        ([layers.Rescaling(255.0)], None),
        ([layers.RandomFlip(), layers.Rescaling(1 / 255)], "0-255"),
    ],
)
def test_the_front_shows_the_scale_without_images(front: list[keras.Layer], scale: str | None) -> None:
    """Rescaling(255) on its own leaves open what follows: settled or loudly not, but never 0-255 for certain."""
    card = open_model(network(5, *front)).card
    if scale is not None:
        assert (card.scale, card.scale_settled) == (scale, True)
    else:
        assert card.scale != "0-255" or not card.scale_settled
    plain = open_model(network(5)).card
    assert not plain.scale_settled and "assumed" in plain.scale_reason


def trained(kind: str, moments: bool) -> tuple[keras.Model, np.ndarray, np.ndarray]:
    """A network of five bands that tells which band is bright, trained on one scale.

    Some labels are wrong, so that a network has reason to be unsure.
    """
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 240)
    x = rng.integers(20, 120, (240, 12, 12, 5)).astype(np.uint8)
    x[np.arange(240), :, :, y] += 60
    y = np.where(rng.random(240) < 0.2, rng.integers(0, 3, 240), y)
    front = [layers.BatchNormalization(momentum=0.7)] if moments else []
    model = network(5, *front)
    inputs = {"0-1": x / 255, "-1-1": x / 127.5 - 1, "0-255": x * 1.0}[kind].astype(np.float32)
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(inputs, y, epochs=20, batch_size=32, verbose=0)
    return model, x, y


@pytest.mark.parametrize("kind", sweep(["0-1", "-1-1", "0-255"], "0-1"))
@pytest.mark.parametrize("moments", [True, False])
def test_labels_or_moments_show_the_scale_or_it_is_an_assumption(kind: str, moments: bool) -> None:
    model, x, y = trained(kind, moments)
    for given in (x, (x, y)):
        card = cnnviz.predict(model, given).model
        assert card.scale == kind or not card.scale_settled, (card.scale, card.scale_reason)
        assert "bgr" not in card.scale and "imagenet" not in card.scale
        if moments:
            assert (card.scale, card.scale_settled) == (kind, True)


def test_moments_of_a_short_training_do_not_settle_an_inverted_scale() -> None:
    """120 steps leave a moving mean and variance at 0.7 of the images' own and 0.3 of the first (0, 1)."""
    model = network(5, layers.BatchNormalization(name="first"))
    x = np.random.default_rng(0).beta(0.6, 1.0, (64, 12, 12, 5))
    mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
    first = model.get_layer("first")
    first.moving_mean.assign(0.7 * mean)
    first.moving_variance.assign(0.7 * variance + 0.3)
    card = cnnviz.predict(model, np.rint(255 * x).astype(np.uint8)).model
    assert card.scale == "0-1" or not card.scale_settled, card.scale_reason


def test_a_mean_image_of_five_bands(tmp_path: Path) -> None:
    model, x = network(5), images(5)
    mean = x.mean(axis=0) / 255
    np.save(tmp_path / "mean.npy", mean)
    found = cnnviz.predict(open_model(model, scale=str(tmp_path / "mean.npy")), x).probabilities
    assert np.abs(found - model.predict((x / 255 - mean).astype(np.float32), verbose=0)).max() < 1e-5
    with pytest.raises(UsageError, match="is for 5 channels and these images have 4"):
        open_model(network(4), scale=str(tmp_path / "mean.npy"))
    np.save(tmp_path / "deep.npy", mean * 3000)
    with pytest.raises(DataError, match="means over 255"):
        open_model(model, scale=str(tmp_path / "deep.npy"))


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        ("imagenet-torch", "is for 3 channels and these images have 5"),
        ("imagenet-caffe", "reverses red, green and blue"),
        ("0-1,bgr", "reverses red, green and blue"),
        ("0.5,0.5,0.5,0.5,1,1,1,1", "is for 4 channels and these images have 5"),
        ("1200,900,800,700,600,100,100,100,100,100", "means over 255"),
    ],
)
def test_scales_of_other_channels_are_refused_when_the_model_opens(scale: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        open_model(network(5), scale=scale)


def test_deep_bands_are_shares_of_the_white_that_their_values_show() -> None:
    model = network(5)
    x = np.random.default_rng(0).integers(0, 10_000, (4, 12, 12, 5)).astype(np.uint16)
    found = cnnviz.predict(open_model(model, scale="0-1"), x)
    assert found.images.peak == 16383 and found.images.notes[0].startswith("14-bit values: 16383 is white, although")
    assert np.abs(found.probabilities - model.predict((x / 16383).astype(np.float32), verbose=0)).max() < 1e-5
    own = cnnviz.predict(open_model(model, scale=lambda pixels: pixels / 10_000), x).probabilities
    assert np.abs(own - model.predict((x / 10_000).astype(np.float32), verbose=0)).max() < 1e-5


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((28, 28, 17), r"\(28, 28, 17\).*up to 16"),
        ((3, 32, 32), "channels first"),
        ((5, 64, 64), "channels first"),
    ],
)
def test_what_is_refused(shape: tuple[int, ...], words: str) -> None:
    model = keras.Sequential([layers.Input(shape), layers.Flatten(), layers.Dense(2, activation="softmax")])
    with pytest.raises(ModelError, match=words):
        open_model(model)


def test_one_row_of_several_channels_is_an_image() -> None:
    """As of a sensor: 1×64 samples of 9 channels, in a network of images."""
    model = keras.Sequential([layers.Input((1, 64, 9)), layers.Conv2D(4, (1, 3)), layers.Flatten(), layers.Dense(2)])
    assert open_model(model, head="none").card.input_shape == (1, 64, 9)
