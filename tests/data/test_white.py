"""White as it is given: files and arrays give x / white, and it is refused where it cannot be."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

import cnnviz
from cnnviz.core.errors import DataError, UsageError
from cnnviz.data import Images, open_images
from cnnviz.data.input_spec import InputSpec
from cnnviz.data.originals import read_original
from cnnviz.data.white import white_from

TWELVE = np.random.default_rng(0).integers(0, 3000, (3, 9, 7)).astype(np.uint16)
COLOR = np.random.default_rng(1).integers(0, 4096, (9, 7, 3)).astype(np.uint16)


def write_png(path: Path, values: np.ndarray, *chunks: tuple[bytes, bytes]) -> Path:
    """Write a PNG of 16 bits, (h, w, c), which Pillow cannot; every row has another filter."""
    height, width, channels = values.shape
    rows, before, step = b"", np.zeros(width * channels * 2, np.int32), channels * 2
    for y, row in enumerate(values.astype(">u2").reshape(height, -1)):
        now = np.frombuffer(row.tobytes(), np.uint8).astype(np.int32)
        left = np.concatenate([np.zeros(step, np.int32), now[:-step]])
        made = (now, now - left, now - before, now - (left + before) // 2)[y % 4]
        rows += bytes([y % 4]) + (made % 256).astype(np.uint8).tobytes()
        before = now

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 16, {2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts))
    return path


def test_white_is_bits_or_a_value(fails) -> None:
    assert [white_from(given) for given in (None, "auto", "12", 14, "10000", 3.5)] == [
        None,
        None,
        4095,
        16383,
        1e4,
        3.5,
    ]
    for wrong in (0, -1, "nan", "inf", "twelve", True, [12]):
        with fails(UsageError, "white is a number of bits, 8, 10, 12, 14, 16, or a value above 0"):
            white_from(wrong)


@pytest.mark.parametrize("white", [1023, 4095, 10000, 65535])
def test_files_and_arrays_give_shares_of_the_white_that_is_given(tmp_path: Path, white: int) -> None:
    """Also beyond white, where nothing is clipped: exactly x / white."""
    for i, array in enumerate(TWELVE):
        Image.fromarray(array).save(tmp_path / f"{i}.png")
    np.save(tmp_path / "x.npy", TWELVE)
    alone = open_images(tmp_path / "1.png", white=white)
    np.testing.assert_allclose(alone.pixels[0, ..., 0] / alone.peak, TWELVE[1] / white, rtol=1e-6)
    for source in (tmp_path / "*.png", tmp_path / "x.npy", TWELVE, Images(TWELVE), list(TWELVE[..., None])):
        images = open_images(str(source) if isinstance(source, Path) else source, white=white)
        np.testing.assert_allclose(images.pixels[..., 0] / images.peak, TWELVE / white, rtol=1e-6)
        assert not images.assumed_white and any(f"{white} is white" in note for note in images.notes)


def test_an_assumed_white_names_the_option(tmp_path: Path) -> None:
    Image.fromarray(TWELVE[0]).save(tmp_path / "x.png")
    for source in (TWELVE, tmp_path / "x.png"):
        assert "set --white, in Python white=" in open_images(source).assumed_white
    assert not open_images(TWELVE.astype(np.uint8)).assumed_white


def test_reflectances_make_the_scale_an_assumption() -> None:
    """Values times 10,000 look like 14 bits: said loudly, though the network shows its scale."""
    model = keras.Sequential(
        [
            keras.Input((9, 7, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(3, "softmax"),
        ]
    )
    bands = (np.random.default_rng(0).random((4, 9, 7, 1)) * 10_000).astype(np.uint16)
    found = cnnviz.predict(model, bands)
    assert not found.model.scale_settled and "16383 is white is read from the images alone" in found.model.scale_reason
    given = cnnviz.predict(model, bands, white=10_000)
    assert given.model.scale_settled
    expected = model.predict(bands.astype(np.float32) * (255 / 10_000), verbose=0)
    np.testing.assert_allclose(given.probabilities, expected, atol=1e-6)
    assert cnnviz.predict(model, (bands / 10_000 * 16383).round().astype(np.uint16)).model.scale_settled


def test_white_settles_ranges_that_are_refused_without_it(tmp_path: Path, fails) -> None:
    odd = np.random.default_rng(0).random((2, 9, 7, 1)).astype(np.float32) * 7
    np.save(tmp_path / "x.npy", odd)
    for source in (odd, tmp_path / "x.npy"):
        with fails(DataError, "say which value is white with --white, in Python white="):
            open_images(source)
        images = open_images(source, white=7)
        np.testing.assert_array_equal(images.pixels, odd)
        assert images.peak == 7


def test_white_that_cannot_be(tmp_path: Path, fails) -> None:
    Image.fromarray(TWELVE[0].astype(np.uint8)).save(tmp_path / "8.png")
    with fails(UsageError, "the files have 8 bits, so that 4095 cannot be white"):
        open_images(tmp_path / "8.png", white=12)
    Image.fromarray(TWELVE[0]).save(tmp_path / "16.png")
    with fails(UsageError, "was read with 255 as white; give white=10000 to the call that reads it"):
        open_images(tmp_path / "16.png").with_white(10_000)


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_colors_of_16_bits_have_the_depth_of_their_set(tmp_path: Path, kind: str) -> None:
    """As gray ones: decided over the set, all bits read, a dark image dark beside a light one."""
    dark = COLOR // 40
    for name, values in (("a", COLOR), ("b", dark)):
        if kind == "png":
            write_png(tmp_path / f"{name}.png", values)
        else:
            pytest.importorskip("tifffile").imwrite(tmp_path / f"{name}.tif", values, photometric="rgb")
    images = open_images(tmp_path)
    np.testing.assert_array_equal(images.pixels, np.rint(np.stack([COLOR, dark]) / 4095 * 255))
    assert (
        images.notes[0]
        == "12-bit values in 2 images: 4095 is white; if another value is, set --white, in Python white="
    )
    given = open_images(tmp_path, white=10_000, like=InputSpec(9, 7, 1))
    luma = np.stack([COLOR, dark]) @ np.array([0.299, 0.587, 0.114]) / 10_000
    np.testing.assert_allclose(given.pixels[..., 0] / 255, luma, rtol=1e-5)
    np.testing.assert_array_equal(read_original(given, 0).pixels, np.rint(np.float32(COLOR) * np.float32(255 / 10_000)))


@pytest.mark.parametrize("channels", [2, 4])
def test_transparent_colors_of_16_bits(tmp_path: Path, channels: int) -> None:
    """Half of the pixels are transparent, and filled with the color that differs more from the others."""
    values = np.full((9, 8, channels), 4000, np.uint16)
    values[:, :4, -1], values[:, 4:, -1] = 65535, 0
    images = open_images(write_png(tmp_path / "x.png", values))
    assert (images.pixels[0, :, :4] == round(4000 / 4095 * 255)).all() and not images.pixels[0, :, 4:].any()
    if channels == 4:
        whole = open_images(tmp_path / "x.png", like=InputSpec(9, 8, 4))
        np.testing.assert_array_equal(whole.pixels[0], values)


def test_a_color_that_is_transparent(tmp_path: Path) -> None:
    values = np.full((4, 4, 3), 60_000, np.uint16)
    values[0] = (1, 2, 3)
    key = struct.pack(">HHH", 1, 2, 3)
    images = open_images(write_png(tmp_path / "x.png", values, (b"tRNS", key)))
    assert "transparency filled with black" in images.notes
    assert not images.pixels[0, 0].any() and (images.pixels[0, 1:] == round(60_000 / 257)).all()


def test_files_of_16_bits_are_fed_as_they_are_stored(tmp_path: Path) -> None:
    """With --scale raw, as an array of the same values is."""
    values = np.random.default_rng(0).integers(0, 60_000, (2, 9, 7)).astype(np.uint16)
    for i, array in enumerate(values):
        Image.fromarray(array).save(tmp_path / f"{i}.png")
    model = keras.Sequential([keras.Input((9, 7, 1)), keras.layers.Flatten()])
    probe = cnnviz.open_model(model, scale="raw", head="none")
    images = open_images(tmp_path, like=probe.spec)
    np.testing.assert_array_equal(probe.inputs(images)[..., 0], values)
    assert images.notes == ("16-bit values in 2 images as they are stored",) and images.peak == 65535
    np.testing.assert_array_equal(read_original(images, 1).pixels[..., 0], np.rint(values[1] / 257))
