"""The range of a set, by its type and its bulk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnnviz.data import Images, open_images
from cnnviz.data.pixel_range import OF_8_BITS, UnusualRangeError

RNG = np.random.default_rng(3)
UNIT = RNG.random((4, 20, 20, 1)).astype(np.float32)


def changed(pixels: np.ndarray, value: float, count: int = 1) -> np.ndarray:
    made = pixels.copy()
    made.reshape(-1)[7 : 7 + count] = value
    return made


@pytest.mark.parametrize("value", [1.02, 1.4, 4.0, 255.0, -0.02, -0.4])
def test_one_value_does_not_decide(value: float) -> None:
    images = Images(changed(UNIT, value))
    assert images.peak == 1 and images.scaled is None
    assert any(f"{value:.4g}" in note and "1 of 1,600" in note for note in images.notes)
    assert (images.pixels == changed(UNIT, value)).all()


def test_bicubic_resizing_stays_in_its_range() -> None:
    for white in (1.0, 255.0):
        square = np.zeros((40, 40), np.float32)
        square[10:25, 12:30] = white
        for filter_ in (Image.Resampling.BICUBIC, Image.Resampling.LANCZOS):
            small = np.asarray(Image.fromarray(square).resize((28, 28), filter_))
            assert small.max() > 1.02 * white and small.min() < 0
            images = Images(small[None])
            assert images.peak == white and images.scaled is None and images.notes


@pytest.mark.parametrize(
    ("pixels", "peak"),
    [
        (UNIT, 1),
        (UNIT * 255, 255),
        (np.rint(UNIT * 255), 255),
        (np.rint(UNIT * 255).astype(np.uint16), 255),
        (np.rint(UNIT * 4095).astype(np.uint16), 4095),
        (np.rint(UNIT * 4095).astype(np.int16), 4095),
        (np.rint(UNIT * 16383).astype(np.int32), 16383),
        (np.rint(UNIT * 65535).astype(np.uint16), 65535),
        (np.rint(UNIT * 65535).astype(np.float32), 65535),
        (changed(np.rint(UNIT * 4095), 65535).astype(np.uint16), 4095),
        (np.zeros((1, 4, 4)), 1),
        (np.eye(4)[None] * 200.0, 255),
        (np.eye(4)[None].astype(np.uint16) * 60000, 65535),
    ],
)
def test_peak(pixels: np.ndarray, peak: float) -> None:
    images = Images(pixels)
    assert images.peak == peak and images.scaled is None
    assert any("is white" in note for note in images.notes) == (peak > 255 or pixels.dtype == np.uint16)


@pytest.mark.parametrize("standardize", [lambda x: (x - 0.13) / 0.31, lambda x: (x - x.mean()) / x.std()])
def test_standardized_values_are_no_pixels(standardize) -> None:
    """(x - 0.1307) / 0.3081, as MNIST is standardized in PyTorch, is hardly negative, but no range of pixels."""
    mostly_black = np.where(UNIT > 0.8, UNIT, 0)
    for unit in (UNIT, mostly_black):
        given = standardize(unit).astype(np.float32)
        images = Images(given)
        assert images.scaled is not None and images.scaled[1] == pytest.approx(given.max(), rel=0.05)


def test_small_fractions_are_neither_range() -> None:
    with pytest.raises(UnusualRangeError, match="high for 0…1 and low for 0…255"):
        Images(UNIT / np.float32(0.225))
    assert Images(np.rint(UNIT * 4)).peak == 255 and Images(UNIT * 30).peak == 255


def test_depth_is_noted_and_kept_for_parts(tmp_path: Path) -> None:
    deep = np.linspace(0, 60000, 6 * 16).reshape(6, 4, 4).astype(np.uint16)
    np.save(tmp_path / "x.npy", deep)
    np.savez(tmp_path / "x.npz", x=deep)
    for source in (deep, tmp_path / "x.npy", tmp_path / "x.npz"):
        images = open_images(source)
        assert images.notes == ("16-bit values: 65535 is white",)
        assert images[:1].peak == 65535 and images[:1].notes == images.notes
        assert images.stretched[0].max() == round(60000 / 65535 * 255)


@pytest.mark.parametrize(
    ("pixels", "low", "high"),
    [
        (UNIT * 2 - 1, -1, 1),
        (UNIT - 0.5, -0.5, 0.5),
        ((UNIT - 0.45) / 0.225, -2, 2.444),
        (UNIT * 255 - 110, -110, 145),
    ],
)
def test_negative_bulk_is_scaled_already(pixels: np.ndarray, low: float, high: float) -> None:
    found = Images(pixels).scaled
    assert found is not None and np.allclose(found, (low, high), atol=0.02 * (high - low))
    assert Images(pixels).take([0]).scaled == found


def test_unusual_ranges_are_refused(fails) -> None:
    with fails(UnusualRangeError, "the pixels reach 7", "0…1 or 0…255"):
        Images(changed(UNIT * 70000, 70000.5))
    with fails(UnusualRangeError, "the pixels reach 70000"):
        Images((UNIT * 70000).astype(np.int32) // 70000 * 70000 + 70000)


@given(st.lists(st.integers(0, 65535), min_size=16, max_size=16))
def test_sixteen_bits_are_never_beyond_white(values: list[int]) -> None:
    images = Images(np.array(values, np.uint16).reshape(1, 4, 4))
    assert images.pixels.max() <= images.peak


def test_16_bit_numbers_of_8_bits_are_said_to_be_so() -> None:
    dark = np.arange(48, dtype=np.uint16).reshape(1, 4, 4, 3)
    images = Images(dark)
    assert (images.peak, images.notes) == (255.0, (OF_8_BITS,))
    # Integers of other types are no sensor's, and a set keeps its notes as they are.
    assert Images(dark.astype(np.int64)).notes == ()
    assert images.take(np.array([0])).notes == images.notes
