"""One image (h, w, c), and when three axes are several grayscale images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.core.errors import DataError
from cnnviz.data import Images, open_images
from cnnviz.data.input_spec import InputSpec

COLOR, GRAY = InputSpec(32, 32, 3), InputSpec(28, 28, 1)


@pytest.mark.parametrize(
    ("shape", "like", "opened"),
    [
        ((32, 32, 3), COLOR, (1, 32, 32, 3)),
        ((32, 32, 3), None, (1, 32, 32, 3)),
        ((300, 400, 3), COLOR, (1, 32, 32, 3)),
        ((300, 400, 3), None, (1, 300, 400, 3)),
        ((28, 28, 1), GRAY, (1, 28, 28, 1)),
        ((28, 28, 1), None, (1, 28, 28, 1)),
        ((28, 28, 3), GRAY, (1, 28, 28, 1)),
        ((28, 28), GRAY, (1, 28, 28, 1)),
        ((20, 30), InputSpec(20, 30, 1), (1, 20, 30, 1)),
        ((3, 28, 28), GRAY, (3, 28, 28, 1)),
        ((3, 28, 28), None, (3, 28, 28, 1)),
        ((5, 40, 3), InputSpec(40, 3, 1), (5, 40, 3, 1)),
    ],
)
def test_three_axes(shape: tuple[int, ...], like: InputSpec | None, opened: tuple[int, ...]) -> None:
    assert open_images(np.zeros(shape, np.uint8), like=like).pixels.shape == opened


@pytest.mark.parametrize("channels", [2, 4, 5, 9, 16])
@pytest.mark.parametrize("kind", ["npy", "npz", "array"])
def test_one_image_of_several_channels(tmp_path: Path, channels: int, kind: str, fails) -> None:
    """A file is read as its array: one image for a model of so many channels, refused without any."""
    held = np.random.default_rng(0).integers(0, 256, (24, 26, channels), np.uint8)
    source = held if kind == "array" else tmp_path / f"x.{kind}"
    if isinstance(source, Path):
        np.save(source, held) if kind == "npy" else np.savez(source, x=held)
    np.testing.assert_array_equal(open_images(source, like=InputSpec(24, 26, channels)).pixels, held[None])
    with fails(DataError, "one image of 24×26 with", f"24 grayscale images of 26×{channels}"):
        open_images(source)


@pytest.mark.parametrize(
    ("shape", "like", "words"),
    [
        ((5, 3, 3), None, ["one image of 5×3 with 3 channels", "x[None]", "5 grayscale images of 3×3", "x[..., None]"]),
        ((4, 1, 1), None, ["with 1 channel (", "4 grayscale images of 1×1"]),
        ((3, 3, 3), InputSpec(3, 3, 3), ["channels first", "3 grayscale images of 3×3"]),
        ((1, 1, 1), InputSpec(1, 1, 1), None),
        ((3, 32, 32), COLOR, ["x.transpose(1, 2, 0)", "3 grayscale images of 32×32", "x[..., None]"]),
        ((32, 40, 4), COLOR, ["one image of 32×40 with transparency", "x[..., :3]", "32 grayscale images of 40×4"]),
        ((32, 40, 4), None, ["with transparency", "x[..., :3]"]),
        ((28, 28, 2), GRAY, ["with transparency", "x[..., :1]"]),
        ((480, 625), GRAY, ["one grayscale image of 480×625", "x[None]", "480 flat images of 25×25"]),
        ((200, 160), GRAY, ["x[None]", "one grayscale image of 200×160"]),
    ],
)
def test_both_readings_are_named(shape, like, words, fails) -> None:
    if words is None:
        assert len(open_images(np.zeros(shape, np.uint8), like=like)) == 1
        return
    with fails(DataError, *words):
        open_images(np.zeros(shape, np.uint8), like=like)


def test_narrow_images_stay_images() -> None:
    pixels = np.zeros((32, 40, 4), np.uint8)
    assert open_images(pixels, like=InputSpec(40, 4, 1)).shape == (40, 4, 1)
    assert len(open_images((pixels, np.arange(32)))) == 32


def test_booleans_are_black_and_white() -> None:
    mask = np.arange(12 * 12).reshape(1, 12, 12, 1) % 2 == 0
    assert (open_images(mask).pixels == np.where(mask, 255, 0)).all()


def test_labels_count_the_images() -> None:
    assert len(open_images((np.zeros((5, 3, 3), np.uint8), [0, 1, 2, 3, 4]))) == 5
    one = open_images((np.zeros((9, 8, 3), np.uint8), [4]))
    assert one.shape == (9, 8, 3) and one.labels is not None and one.labels.tolist() == [4]


def test_constructor_and_files(tmp_path: Path) -> None:
    image = np.arange(9 * 8 * 3, dtype=np.uint8).reshape(9, 8, 3)
    assert Images(image).pixels.tolist() == [image.tolist()]
    np.save(tmp_path / "one.npy", image)
    np.savez(tmp_path / "one.npz", x=image)
    for name in ("one.npy", "one.npz"):
        assert open_images(tmp_path / name).pixels.tolist() == [image.tolist()]


@given(st.integers(4, 40), st.integers(4, 40), st.sampled_from([1, 3]))
def test_one_image_equals_a_batch_of_one(height: int, width: int, channels: int) -> None:
    image = np.random.default_rng(height).integers(0, 256, (height, width, channels)).astype(np.uint8)
    assert (open_images(image).pixels == open_images(image[None]).pixels).all()
