"""The resampler: hand-computed values, and TensorFlow's own."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from cnnviz.data.fit import Fit
from cnnviz.data.fit_images import placed
from cnnviz.data.resample import nearest, resampled

from ..helpers.sweeps import slow


def test_by_hand() -> None:
    row = np.array([[[0], [40], [80], [120]]], np.uint8)
    # Half-pixel centers: new pixels lie at 0.5 and 2.5 of the old ones.
    assert resampled(row, 1, 2)[..., 0].tolist() == [[20.0, 100.0]]
    # Twice as many: at -0.25, 0.25, 0.75, …, and the edge is repeated.
    assert resampled(row, 1, 8)[0, :, 0].tolist() == [0, 10, 30, 50, 70, 90, 110, 120]
    # A third: only the middle of each three counts, or with antialiasing all six around it.
    ramp = np.arange(9, dtype=np.float32).reshape(1, 9, 1) ** 2
    assert resampled(ramp, 1, 3)[0, :, 0].tolist() == [1, 16, 49]
    weights = np.array([1, 2, 3, 2, 1]) / 9
    np.testing.assert_allclose(resampled(ramp, 1, 3, antialias=True)[0, 1, 0], ramp[0, 2:7, 0] @ weights, rtol=1e-6)


def test_the_same_size_is_the_same_image() -> None:
    image = np.random.default_rng(0).integers(0, 256, (7, 5, 3), dtype=np.uint8)
    for antialias in (False, True):
        np.testing.assert_array_equal(resampled(image, 7, 5, antialias), image)


@pytest.mark.parametrize("seeds", [range(40), *slow(range(40, 600))])
def test_it_is_tensorflows(seeds: range) -> None:
    import tensorflow as tf

    for seed in seeds:
        random = np.random.default_rng(seed)
        height, width, rows, columns = random.integers(1, 150, 4)
        image = random.integers(0, 256, (height, width, random.choice([1, 3])), dtype=np.uint8)
        wanted = (int(rows), int(columns))
        np.testing.assert_array_equal(resampled(image, *wanted), tf.image.resize(image, wanted).numpy())
        smooth = tf.image.resize(image, wanted, antialias=True).numpy()
        np.testing.assert_allclose(resampled(image, *wanted, antialias=True), smooth, atol=1e-2)


def test_nearest_by_hand() -> None:
    row = np.array([[[0], [40], [80], [120], [160]]], np.uint8)
    whole = (0, 1), (0, 5)
    assert nearest(row, 1, 2, *whole)[..., 0].tolist() == [[40, 120]] and nearest(row, 1, 2, *whole).dtype == np.uint8
    assert nearest(row, 1, 10, *whole)[0, :, 0].tolist() == [0, 0, 40, 40, 80, 80, 120, 120, 160, 160]
    assert nearest(row, 2, 3, *whole)[1, :, 0].tolist() == [0, 80, 160]
    assert nearest(row, 1, 1, (0, 1), (2, 5))[0, :, 0].tolist() == [120]


@pytest.mark.parametrize("seeds", [range(60), *slow(range(60, 900))])
def test_nearest_is_that_of_load_img(seeds: range, tmp_path) -> None:
    import keras

    for seed in seeds:
        random = np.random.default_rng(seed)
        height, width, rows, columns = (int(one) for one in random.integers(1, 300, 4))
        image = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
        Image.fromarray(image).save(tmp_path / "x.png", compress_level=0)
        # Keras cuts out a part without any pixel where less than one would be left.
        crops = width * rows >= columns and height * columns >= rows
        for options in ({}, {"keep_aspect_ratio": True})[: 1 + crops]:
            loaded = keras.utils.img_to_array(
                keras.utils.load_img(tmp_path / "x.png", target_size=(rows, columns), **options)
            )
            fit = Fit("crop" if options else "stretch", nearest=True)
            place = fit.placement((height, width), (rows, columns))
            np.testing.assert_array_equal(placed(image, place, (rows, columns), fit), loaded, err_msg=f"{seed}")


NEEDLE = """
import resource, sys
from pathlib import Path
import subprocess
import sys

import numpy as np
from PIL import Image
from cnnviz.data import open_images
from cnnviz.data.input_spec import InputSpec
Image.fromarray(np.full(({height}, {width}), 100, np.uint8)).save(sys.argv[1], compress_level=1)
used = int(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmSize" in line))
resource.setrlimit(resource.RLIMIT_AS, ((used << 10) + (1 << 30),) * 2)
for fit in ("stretch", "pad", "crop", "stretch,antialias", "crop,antialias", "stretch,nearest", "pad,nearest"):
    pixels = open_images(sys.argv[1], like=InputSpec(28, 28, 3), fit=fit).pixels
    assert np.isclose(pixels, 100, atol=1e-2).any() and (np.isclose(pixels, 100, atol=1e-2) | (pixels == 0)).all(), fit
"""


@pytest.mark.parametrize(("height", "width"), [(1, 10_000_000), (10_000_000, 1)])
def test_an_image_like_a_needle_stays_within_memory(tmp_path, height: int, width: int) -> None:
    """A file of a few kilobytes: no step may hold rows or columns of it in the number of the new ones."""
    code = NEEDLE.format(height=height, width=width)
    command = [sys.executable, "-c", code, str(tmp_path / "needle.png")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-500:]
