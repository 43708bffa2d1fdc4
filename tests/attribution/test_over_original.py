"""Maps over the original image: where each cell lies, and what cannot be shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import cnnviz
from cnnviz.core.errors import DataError, UsageError
from cnnviz.data.originals import read_original

SIZE = (20, 20)


@pytest.fixture(scope="module")
def probe():
    import keras

    keras.utils.set_random_seed(0)
    layers = keras.layers
    net = keras.Sequential(
        [layers.Input((*SIZE, 1)), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(2, "softmax")]
    )
    return cnnviz.wrap(net)


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    random = np.random.default_rng(0)
    paths = []
    for name, size in (("wide.png", (40, 80, 3)), ("tall.png", (60, 30, 3)), ("exact.png", SIZE)):
        paths.append(tmp_path / name)
        Image.fromarray(random.integers(0, 256, size, dtype=np.uint8)).save(paths[-1])
    return paths


def hot(probe, photos: list[Path], fit: str, row: int, column: int, grid: tuple[int, int] = (4, 4)):
    """Maps of ``grid`` cells, zero but for one."""
    made = cnnviz.attribute(probe, photos, "saliency", fit=fit)
    values = np.zeros((len(photos), *grid), np.float32)
    values[:, row, column] = 1
    return replace(made, values=values)


def changed(result, image: int) -> tuple[int, int, int, int]:
    """The box of the original that the map colors, which it does as a whole."""
    plain = np.asarray(Image.open(result.images.paths[image]).convert("RGB"))
    drawn = result.overlay(image, original=True)
    assert drawn.shape == plain.shape and drawn.dtype == np.uint8
    different = (drawn != plain).any(axis=2)
    rows, columns = np.flatnonzero(different.any(1)), np.flatnonzero(different.any(0))
    box = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    assert different[box[0] : box[1], box[2] : box[3]].mean() > 0.97
    return tuple(int(edge) for edge in box)


@pytest.mark.parametrize(
    ("fit", "cell", "wide", "tall"),
    [
        # The whole image in four by four cells.
        ("stretch", (1, 2), (10, 20, 40, 60), (15, 30, 15, 22)),
        # The middle 40 × 40 of the wide one, 30 × 30 of the tall one, where a cell ends in the middle of a pixel.
        ("crop", (1, 2), (10, 20, 40, 50), (22, 30, 15, 22)),
        ("crop", (0, 0), (0, 10, 20, 30), (15, 22, 0, 7)),
        # The wide one fills rows 5 to 15, so cell 1 of 4 begins with its first row; the tall one fills columns 5 to 15.
        ("pad", (1, 2), (0, 20, 40, 60), (15, 30, 15, 30)),
    ],
)
def test_a_cell_lies_where_the_model_saw_it(probe, photos, fit, cell, wide, tall) -> None:
    result = hot(probe, photos, fit, *cell)
    assert changed(result, 0) == wide
    assert changed(result, 1) == tall
    # An image of the model's size is its own original.
    row, column = cell
    assert changed(result, 2) == (5 * row, 5 * row + 5, 5 * column, 5 * column + 5)
    np.testing.assert_array_equal(result.overlay(2, original=True), result.overlay(2))


def test_the_frame_is_cut_off(probe, photos) -> None:
    with pytest.raises(IndexError):
        changed(hot(probe, photos, "pad", 0, 2), 0)


def test_an_original_is_upright_and_in_its_own_colors(probe, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels = np.random.default_rng(1).integers(0, 256, (30, 60, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "turned.png", exif=exif)
    drawing = np.full((56, 28), 250, np.uint8)
    drawing[10:40, 8:20] = 10
    Image.fromarray(drawing).save(tmp_path / "drawing.png")
    turned = cnnviz.attribute(probe, [tmp_path / "turned.png"], "saliency")
    assert (read_original(turned.images, 0).pixels == np.rot90(pixels, -1)).all()
    inverted = cnnviz.attribute("fmnist-cnn", [tmp_path / "drawing.png"], "saliency", fit="pad")
    assert "inverted (light background)" in inverted.images.notes
    assert (read_original(inverted.images, 0).pixels[..., 0] == drawing).all()


def test_the_files_are_known_after_saving_and_choosing(probe, photos, tmp_path: Path) -> None:
    made = hot(probe, photos, "crop", 1, 2)
    back = type(made).load(made.save(tmp_path / "maps.npz"))
    assert back.images.paths == tuple(photos) and back.images.fit == made.images.fit
    np.testing.assert_array_equal(back.overlay(1, original=True), made.overlay(1, original=True))
    np.testing.assert_array_equal(made.take([1]).overlay(0, original=True), made.overlay(1, original=True))


def test_what_has_no_original(probe, photos) -> None:
    sample = cnnviz.attribute("fmnist-cnn", cnnviz.open_images("sample")[:2], "saliency")
    with pytest.raises(UsageError, match="only images from image files"):
        sample.overlay(0, original=True)
    assert sample.overlay(0).shape == (28, 28, 3)
    made = hot(probe, photos, "stretch", 0, 0)
    with pytest.raises(UsageError, match="no image 3"):
        made.overlay(3, original=True)
    Image.fromarray(np.zeros((40, 80, 3), np.uint8)).save(photos[0])
    photos[1].unlink()
    with pytest.raises(DataError, match=r"wide\.png has changed since it was read"):
        made.overlay(0, original=True)
    with pytest.raises(DataError, match=r"there is no file .*tall\.png"):
        made.overlay(1, original=True)
    assert made.overlay(-1, original=True).shape == (20, 20, 3)


def test_a_rounded_set_still_has_its_originals(probe, photos, monkeypatch) -> None:
    monkeypatch.setattr("cnnviz.data.formats.limits.MAX_FLOAT_BYTES", 10)
    made = hot(probe, photos, "stretch", 0, 0)
    assert made.images.pixels.dtype == np.uint8 and made.overlay(0, original=True).shape == (40, 80, 3)
