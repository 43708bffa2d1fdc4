"""Arrays as a notebook holds them give the values of ``model.predict`` on what the model was trained on."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

import cnnviz
from cnnviz.core.errors import UsageError
from cnnviz.models.input_scale.scale import SCALES

RNG = np.random.default_rng(5)
PIXELS = RNG.integers(0, 256, (5, 32, 32, 3)).astype(np.uint8)


def network(*front: keras.layers.Layer, channels: int = 3) -> keras.Model:
    keras.utils.set_random_seed(1)
    steep = keras.initializers.RandomNormal(stddev=1)
    return keras.Sequential(
        [
            keras.Input((32, 32, channels)),
            *front,
            keras.layers.Conv2D(6, 3, activation="relu", name="conv"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(3, activation="softmax", kernel_initializer=steep),
        ]
    )


MODEL = network(keras.layers.Rescaling(1 / 255))


@pytest.mark.parametrize(
    "given",
    [PIXELS[0], Image.fromarray(PIXELS[0]), keras.utils.img_to_array(Image.fromarray(PIXELS[0])), PIXELS[0] / 255.0],
    ids=["array", "Pillow", "img_to_array", "unit"],
)
def test_one_image(given: object) -> None:
    found = cnnviz.attribute(MODEL, given)
    assert len(found) == 1
    np.testing.assert_allclose(found.probabilities, MODEL.predict(PIXELS[:1].astype("float32"), verbose=0), atol=1e-5)


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.uint16])
def test_integers_are_pixels(kind: type) -> None:
    probe = cnnviz.wrap(network())
    right = probe.model.predict(PIXELS / 255.0, verbose=0)
    given = PIXELS.astype(kind) * (257 if kind is np.uint16 else 1)
    np.testing.assert_allclose(probe.probabilities(given), right, atol=1e-5)
    np.testing.assert_allclose(probe.probabilities(given[0]), right[:1], atol=1e-5)
    np.testing.assert_allclose(probe.value_and_gradients(given).logits, probe.logits(given), atol=1e-5)


def test_floats_are_inputs() -> None:
    probe = cnnviz.wrap(network(), scale="0-255")
    given = PIXELS.astype(np.float32)
    np.testing.assert_allclose(probe.probabilities(given / 255), probe.model.predict(given / 255, verbose=0), atol=1e-5)


@pytest.mark.parametrize("depth", [12, 14, 16])
def test_deep_pixels(depth: int) -> None:
    white = 2**depth - 1
    deep = np.rint(RNG.random((4, 32, 32, 1)) * white).astype(np.uint16)
    model = network(channels=1)
    right = model.predict(deep / white, verbose=0)
    images = cnnviz.open_images(deep)
    probe = cnnviz.wrap(model)
    np.testing.assert_allclose(probe.probabilities(images), right, atol=1e-5)
    # A part of a set, however dark, has the range of the set.
    np.testing.assert_allclose(probe.probabilities(images[1:2]), right[1:2], atol=1e-5)


def test_overshoot_changes_nothing() -> None:
    model = network()
    given = PIXELS / 255.0
    given[0, 0, 0, 0] = 1.02
    right = model.predict(given, verbose=0)
    np.testing.assert_allclose(cnnviz.attribute(model, given).probabilities, right, atol=1e-5)


@pytest.mark.parametrize("scale", ["-1-1", "imagenet-torch", "imagenet-caffe"])
@pytest.mark.parametrize("stated", [True, False])
def test_values_scaled_already_are_fed_unchanged(scale: str, stated: bool) -> None:
    given = SCALES[scale](PIXELS, 255.0)
    model = network()
    probe = cnnviz.wrap(model, scale=scale if stated else "auto")
    found = cnnviz.attribute(probe, given)
    np.testing.assert_allclose(found.probabilities, model.predict(given, verbose=0), atol=1e-5)
    if not stated:
        scaled = probe.align(cnnviz.open_images(given))[0].scale
        assert scaled.name == scale and not scaled.settled and "scaled already" in scaled.reason


def test_the_range_of_the_set_holds_for_every_batch() -> None:
    model = network()
    probe = cnnviz.wrap(model, scale="-1-1")
    given = SCALES["-1-1"](PIXELS, 255.0)
    given[2] = np.abs(given[2])
    right = model.predict(given, verbose=0)
    np.testing.assert_allclose(probe.probabilities(cnnviz.open_images(given), batch_size=1), right, atol=1e-5)


@pytest.mark.parametrize(
    ("scale", "given"),
    [
        ("0-1", PIXELS / 127.5 - 1),
        ("0-255", PIXELS / 127.5 - 1),
        ("-1-1", PIXELS - 110.0),
        ("-1-1", PIXELS / 255 - 0.5),
    ],
)
def test_values_scaled_otherwise_are_refused(scale: str, given: np.ndarray) -> None:
    with pytest.raises(UsageError, match=r"already scaled, but not to the model's .*; give .* in Python scale="):
        cnnviz.attribute(cnnviz.wrap(network(), scale=scale), given)
    unchanged = cnnviz.wrap(network(), scale=lambda pixels: pixels)
    right = unchanged.model.predict(given, verbose=0)
    np.testing.assert_allclose(cnnviz.attribute(unchanged, given).probabilities, right, atol=1e-5)


def test_a_rescaling_in_the_model_is_not_fed_scaled_values() -> None:
    with pytest.raises(UsageError, match="already scaled"):
        cnnviz.attribute(MODEL, PIXELS / 127.5 - 1)


def test_a_mean_image_is_not_subtracted_twice(tmp_path: Path) -> None:
    np.save(tmp_path / "mean.npy", PIXELS.mean(axis=0))
    probe = cnnviz.wrap(network(), scale=str(tmp_path / "mean.npy"))
    assert probe.probabilities(PIXELS).shape == (5, 3)
    with pytest.raises(UsageError, match=r"already scaled, but not to the model's mean\.npy"):
        cnnviz.attribute(probe, PIXELS - PIXELS.mean(axis=0))
