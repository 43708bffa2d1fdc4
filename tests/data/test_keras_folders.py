"""Folders of images: pixel for pixel those of ``keras.utils.image_dataset_from_directory``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cnnviz.data import open_images
from cnnviz.data.input_spec import InputSpec

FITS = {"stretch": {}, "crop": {"crop_to_aspect_ratio": True}, "pad": {"pad_to_aspect_ratio": True}}
SIZES = [(40, 40), (40, 97), (131, 33), (17, 23), (24, 24), (300, 200), (9, 61), (64, 65)]


def keras_pixels(folder: Path, size: tuple[int, int], color: bool, fit: str) -> np.ndarray:
    import keras

    sets = keras.utils.image_dataset_from_directory(
        folder,
        labels=None,
        image_size=size,
        shuffle=False,
        color_mode="rgb" if color else "grayscale",
        verbose=False,
        **FITS[fit],
    )
    return np.concatenate([batch.numpy() for batch in sets])


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("wanted", [(24, 24), (20, 45), (61, 30)])
def test_png_files(save, fit: str, color: bool, wanted: tuple[int, int]) -> None:
    random = np.random.default_rng(7)
    for i, size in enumerate(SIZES):
        folder = save(random.integers(0, 256, (*size, 3) if color else size, dtype=np.uint8), f"all/{i}.png").parent
    images = open_images(folder, like=InputSpec(*wanted, 3 if color else 1), fit=fit)
    expected = keras_pixels(folder, wanted, color, fit)
    assert images.pixels.dtype == np.float32 and images.peak == 255
    np.testing.assert_allclose(images.pixels, expected, atol=1e-3)


def test_jpeg_files_differ_by_their_decoder_alone(tmp_path) -> None:
    """TensorFlow decodes with a fast transform, Pillow with the exact one: pixels differ by a few levels at most."""
    from PIL import Image

    random = np.random.default_rng(3)
    for i, size in enumerate(SIZES[:4]):
        rough = Image.fromarray(random.integers(0, 256, (6, 6, 3), dtype=np.uint8))
        rough.resize(size[::-1], Image.Resampling.BICUBIC).save(tmp_path / f"{i}.jpg", quality=92)
    images = open_images(tmp_path, like=InputSpec(24, 24, 3))
    off = np.abs(images.pixels - keras_pixels(tmp_path, (24, 24), True, "stretch"))
    assert off.max() <= 8 and off.mean() < 1.5


def test_gray_of_color_differs_by_a_level(save) -> None:
    """TensorFlow's PNG reader cuts fractions off where Pillow, and so ``load_img``, rounds."""
    random = np.random.default_rng(4)
    path = save(random.integers(0, 256, (24, 24, 3), dtype=np.uint8), "all/0.png")
    off = open_images(path, like=InputSpec(24, 24, 1)).pixels - keras_pixels(path.parent, (24, 24), False, "stretch")
    assert off.min() >= 0 and off.max() <= 1


@pytest.mark.parametrize("color", [False, True])
def test_flow_from_directory_takes_the_nearest_pixel(tmp_path: Path, color: bool) -> None:
    """Both decode with Pillow, so that JPEG files are the same to the bit too."""
    from PIL import Image
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    random = np.random.default_rng(8)
    (tmp_path / "all").mkdir()
    for i, size in enumerate(SIZES):
        rough = Image.fromarray(random.integers(0, 256, (*size, 3) if color else size, dtype=np.uint8))
        rough.save(tmp_path / "all" / f"{i}.{('png', 'jpg')[i % 2]}")
    mode = "rgb" if color else "grayscale"
    flow = ImageDataGenerator().flow_from_directory(tmp_path, (24, 31), color_mode=mode, shuffle=False)
    images = open_images(tmp_path, like=InputSpec(24, 31, 3 if color else 1), fit="stretch,nearest")
    np.testing.assert_array_equal(images.pixels, next(flow)[0])
    assert images.pixels.dtype == np.uint8 and images.notes[-1].endswith("(stretched, nearest pixel)")
