"""The order in which a scale is chosen: by the model, its moments, its backbone, and labels."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz
from cnnviz.core.errors import DataError, UsageError
from cnnviz.models.input_scale.moments import clear_winner
from cnnviz.models.input_scale.scale import inverse, named_affine, other_order, scale_from
from tests.helpers.sweeps import sweep

BACKBONES = {
    "VGG16": "imagenet-caffe",
    "VGG19": "imagenet-caffe",
    "ResNet50": "imagenet-caffe",
    "ResNet101": "imagenet-caffe",
    "ResNet50V2": "-1-1",
    "DenseNet121": "imagenet-torch",
    "MobileNet": "-1-1",
    "MobileNetV2": "-1-1",
    "Xception": "-1-1",
    "InceptionV3": "-1-1",
    "InceptionResNetV2": "-1-1",
    "NASNetMobile": "-1-1",
}
#: Backbones that scale pixels themselves.
SCALING = ("EfficientNetB0", "EfficientNetV2B0", "MobileNetV3Small", "ConvNeXtTiny")


def fine_tuned(name: str) -> keras.Model:
    """A backbone inside a Sequential inside a Sequential, as Teachable Machine saves one."""
    side = 224 if name.startswith("NASNet") else 96
    backbone = getattr(keras.applications, name)(weights=None, include_top=False, input_shape=(side, side, 3))
    inner = keras.Sequential([backbone, layers.GlobalAveragePooling2D()])
    return keras.Sequential([keras.Input((side, side, 3)), inner, layers.Dense(3, "softmax")])


@pytest.mark.parametrize("name", sweep(BACKBONES, "VGG16", "MobileNetV2"))
def test_a_known_backbone_has_the_scale_of_its_weights_as_an_assumption(name: str) -> None:
    scale = cnnviz.wrap(fine_tuned(name)).scale
    assert (scale.name, scale.settled) == (BACKBONES[name], False)
    assert "assumed" in scale.reason and "known by its layer names" in scale.reason


@pytest.mark.parametrize("name", sweep(SCALING, "MobileNetV3Small"))
def test_a_backbone_that_scales_pixels_itself_takes_them_raw(name: str) -> None:
    scale = cnnviz.wrap(fine_tuned(name)).scale
    assert (scale.name, scale.settled) == ("0-255", True)


@pytest.mark.parametrize(
    ("mean", "variance", "expected"),
    [
        ((120.0, 115.0, 100.0), (3600.0, 3500.0, 3400.0), ("0-255", False)),
        ((200.0, 190.0, 185.0), (3600.0, 3500.0, 3400.0), ("0-255", False)),
        ((-0.4, -0.5, -0.5), (0.3, 0.3, 0.3), ("-1-1", False)),
        ((0.45, 0.4, 0.38), (0.05, 0.05, 0.06), ("0-1", False)),
    ],
    ids="bytes-or-caffe bytes signed-or-torch unit-or-others".split(),
)
def test_a_batch_normalization_on_the_input_limits_the_scales(mean, variance, expected) -> None:
    model = keras.Sequential([keras.Input((16, 16, 3)), layers.BatchNormalization(), layers.Flatten(), layers.Dense(3)])
    model.layers[0].set_weights([np.ones(3), np.zeros(3), np.array(mean), np.array(variance)])
    scale = cnnviz.wrap(model).scale
    assert (scale.name, scale.settled) == expected
    assert expected[0] in scale.among


@pytest.mark.parametrize(
    ("mismatches", "expected"),
    [
        ({"0-1": 0.10, "0-1,bgr": 0.15, "0-255": 1.0}, ("0-1", 1.5, True)),
        ({"0-1": 0.10, "0-1,bgr": 0.11, "0-255": 1.0}, ("0-1", 1.1, False)),
        ({"0-1": 0.10, "0-1,bgr": 0.10, "0-255": 1.0}, ("0-1", 10, True)),
        ({"0-1": 0.11, "0-1,bgr": 0.10, "0-255": 1.0}, ("0-1", 1.1, False)),
        ({"0-1": 0.15, "0-1,bgr": 0.10, "0-255": 1.0}, ("0-1,bgr", 1.5, False)),
        ({"0-1": 0.90, "0-1,bgr": 0.10, "0-255": 1.0}, ("0-1,bgr", 9, True)),
        ({"0-1": 0.90, "0-1,inverted": 0.10}, ("0-1,inverted", 9, True)),
        ({"imagenet-caffe": 0.1, "imagenet-caffe,rgb": 0.2, "0-255": 1.0}, ("imagenet-caffe", 2, True)),
        ({"0-1": 0.10, "0-255": 0.15}, ("0-1", 1.5, False)),
    ],
    ids="usual tie gray exchanged-tie exchanged-perhaps exchanged inverted caffe narrow".split(),
)
def test_the_scale_with_the_smallest_mismatch_wins_by_a_margin(mismatches, expected) -> None:
    name, ratio, certain = clear_winner(mismatches)
    assert (name, certain) == (expected[0], expected[2])
    assert ratio == pytest.approx(expected[1])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("0-255,bgr", [0, 102, 255]),
        ("imagenet-caffe,rgb", [255 - 123.68, 102 - 116.779, 0 - 103.939]),
        ("imagenet-torch,bgr", [(0 - 0.406) / 0.225, (0.4 - 0.456) / 0.224, (1 - 0.485) / 0.229]),
        ("0,0,0,1,0.5,0.25,bgr", [0, 0.8, 1.0]),
        ("0-1,rgb", [1.0, 0.4, 0.0]),
        ("0-1,inverted", [0.0, 0.6, 1.0]),
        ("-1-1,bgr,inverted", [1.0, 0.2, -1.0]),
        ("-1-1,inverted,bgr", [1.0, 0.2, -1.0]),
        ("imagenet-caffe,inverted", [255 - 103.939, 153 - 116.779, 0 - 123.68]),
        ("0,0,0,1,0.5,0.25,inverted", [0.0, 1.2, 4.0]),
    ],
)
def test_a_scale_says_the_order_of_its_channels(name: str, expected: list[float]) -> None:
    image = cnnviz.Images(np.array([255, 102, 0], np.uint8).reshape(1, 1, 1, 3).repeat(2, 1).repeat(2, 2))
    np.testing.assert_allclose(scale_from(name)(image)[0, 1, 1], expected, rtol=1e-5, atol=1e-5)


def test_a_scale_cannot_be_inverted_twice() -> None:
    assert named_affine("0-1,inverted,inverted") is None
    assert inverse(inverse("0-1,bgr")) == "0-1,bgr"


@pytest.mark.parametrize("name", ["0-1", "-1-1", "imagenet-torch", "imagenet-caffe,inverted", "100,50,inverted"])
def test_factor_and_shift_are_the_formula(name: str) -> None:
    pixels = np.random.default_rng(4).integers(0, 256, (2, 5, 6, 3), dtype=np.uint8)
    affine = named_affine(name)
    unit = pixels[..., ::-1] / 255 if affine.bgr else pixels / 255
    np.testing.assert_allclose(
        affine(pixels, 255), unit * affine.factor + affine.shift, rtol=1e-4, atol=1e-4 * max(map(abs, affine.factor))
    )


def test_the_other_order_of_the_other_order_is_the_scale() -> None:
    names = (
        "0-1 imagenet-caffe imagenet-torch 0-1,inverted imagenet-caffe,rgb,inverted 120,60 1,2,3,4,5,6,inverted".split()
    )
    for name in names:
        assert other_order(other_order(name)) == name
        assert named_affine(other_order(name)).bgr is not named_affine(name).bgr


def test_a_mean_image_is_subtracted(tmp_path) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (2, 5, 4, 3), dtype=np.uint8)
    mean = np.linspace(0, 200, 60).reshape(5, 4, 3)
    np.save(tmp_path / "mean.npy", mean)
    inputs = scale_from(str(tmp_path / "mean.npy"))(cnnviz.Images(pixels))
    np.testing.assert_allclose(inputs, pixels - mean, atol=1e-4)
    np.save(tmp_path / "unit.npy", mean[None] / 255)
    inputs = scale_from(str(tmp_path / "unit.npy"))(cnnviz.Images(pixels))
    np.testing.assert_allclose(inputs, (pixels - mean) / 255, atol=1e-6)
    with pytest.raises(UsageError, match="the mean image is 5×4×3 and the images are 4×4×3"):
        scale_from(str(tmp_path / "mean.npy"))(cnnviz.Images(pixels[:, :4]))


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (None, "there is no file"),
        (b"not numbers", "is not an .npy file"),
        (np.array([None]), "is not an .npy file"),
        (np.full((2, 2), np.nan), "does not hold finite numbers"),
        (np.zeros(7), "a mean image is"),
    ],
    ids="missing text objects nan flat".split(),
)
def test_a_file_that_is_no_mean_image(tmp_path, held, says: str) -> None:
    path = tmp_path / "mean.npy"
    if isinstance(held, bytes):
        path.write_bytes(held)
    elif held is not None:
        np.save(path, held)
    with pytest.raises(DataError, match=says):
        scale_from(str(path))


@pytest.mark.parametrize("given", [[0.5, 0.5], 255])
def test_what_is_no_scale_is_refused(given) -> None:
    with pytest.raises(UsageError, match=f"scale is a name.*not a {type(given).__name__}"):
        scale_from(given)
