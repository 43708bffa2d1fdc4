"""Which pictures are turned around: by hand, and on all that Fashion-MNIST has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cnnviz.data import open_images
from cnnviz.data.background import ASK, background_level, ground_of
from cnnviz.data.input_spec import InputSpec

SQUARE = np.full((28, 28), 250, np.uint8)
SQUARE[8:20, 8:20] = 30


def test_level_by_hand() -> None:
    corners = np.zeros((28, 28, 1), np.uint8)
    corners[:2, :2], corners[:2, -2:], corners[-2:, :2], corners[-2:, -2:] = 10, 20, 60, 200
    assert background_level(corners) == 40
    red = np.full((5, 5, 3), (100, 0, 0), np.uint8)
    assert background_level(red) == pytest.approx(29.9)
    assert background_level(np.full((1, 1, 1), 7, np.uint8)) == 7


@pytest.mark.parametrize("background", ["dark", "light", None])
@pytest.mark.parametrize("level", [0, 100, 155, 255])
def test_the_rule_is_symmetric(background: str | None, level: int) -> None:
    picture = np.full((9, 9, 1), level, np.uint8)
    other = {"dark": "light", "light": "dark", None: None}[background]
    ground = ground_of(picture)
    assert ground.is_opposite(background) == ground_of(255 - picture).is_opposite(other)
    assert ground.plain == ground_of(255 - picture).plain == (level in (0, 255))
    assert ground.is_opposite(background) == (background is not None and (background == "dark") == (level > 127))


@pytest.mark.parametrize(
    ("picture", "background", "invert", "note"),
    [
        (SQUARE, "dark", "auto", "inverted (light background)"),
        (255 - SQUARE, "light", "auto", "inverted (dark background)"),
        (SQUARE, "light", "auto", None),
        (255 - SQUARE, "dark", "auto", None),
        (SQUARE, "dark", "no", None),
        (255 - SQUARE, "dark", "yes", "inverted"),
        (SQUARE, None, "yes", "inverted"),
    ],
)
def test_one_file(save, picture: np.ndarray, background: str | None, invert, note: str | None) -> None:
    images = open_images(save(picture), like=InputSpec(28, 28, 1, background), invert=invert)
    np.testing.assert_array_equal(images.pixels[0, ..., 0], picture if note is None else 255 - picture)
    assert images.notes == (() if note is None else (note,))


def test_without_a_model(save) -> None:
    assert open_images(save(SQUARE)).notes == ()
    assert open_images(save(SQUARE), invert="yes").notes == ("inverted",)


def test_a_folder_without_classes_goes_picture_by_picture(save, garment: InputSpec) -> None:
    for i, picture in enumerate([SQUARE, 255 - SQUARE, SQUARE]):
        folder = save(picture, f"folder/{i}.png").parent
    images = open_images(folder, like=garment)
    assert images.notes == ("inverted 2 images (light background)",)
    np.testing.assert_array_equal(images.pixels[..., 0], [255 - SQUARE] * 3)


@pytest.mark.parametrize(
    ("light", "note"),
    [
        (3, "inverted all images (light background in 3 of 4 images)"),
        (2, "not inverted (light background in 2 of 4 images)"),
        (0, None),
    ],
)
def test_a_set_with_classes_goes_by_its_majority(save, garment: InputSpec, light: int, note: str | None) -> None:
    pictures = [SQUARE if i < light else 255 - SQUARE for i in range(4)]
    for i, picture in enumerate(pictures):
        folder = save(picture, f"set/class{i % 2}/{i}.png").parent.parent
    images = open_images(folder, like=garment)
    assert images.notes == (() if note is None else (note,))
    first = images.pixels[images.names.index("class0/0.png"), ..., 0]
    np.testing.assert_array_equal(first, 255 - pictures[0] if light == 3 else pictures[0])


def test_colour_model(save) -> None:
    colour = np.dstack([SQUARE, SQUARE, SQUARE // 2])
    images = open_images(save(colour), like=InputSpec(28, 28, 3, "dark"))
    np.testing.assert_array_equal(images.pixels[0], 255 - colour)


@pytest.mark.parametrize("split", ["test", "train"])
def test_real_garments_are_told_apart(fashion_mnist_folder: Path, split: str) -> None:
    """Fewer than 0.5 % may be wrong; on these pictures it is none of 70,000, nor of the 70,000 turned around."""
    pixels = open_images(f"{fashion_mnist_folder}:{split}").pixels[:10_000]
    wrongly = sum(ground_of(picture).is_opposite("dark") for picture in pixels)
    turned = [ground_of(255 - picture) for picture in pixels]
    assert (wrongly, sum(not ground.is_opposite("dark") for ground in turned)) == (0, 0)
    # A garment that covers two corners leaves no plain background: said, and not inverted.
    assert np.mean([ground.plain for ground in turned]) > 0.99


def test_real_garments_as_files(fashion_mnist_folder: Path, save, garment: InputSpec) -> None:
    """Through the reader, enlarged as a person would draw or photograph them: they come back as they were."""
    pixels = open_images(str(fashion_mnist_folder)).pixels[:60, ..., 0]
    for i, picture in enumerate(pixels):
        large = np.kron(255 - picture, np.ones((5, 5), np.uint8))
        folder = save(large, f"photos/{i}.png").parent
    images = open_images(folder, like=garment)
    assert images.notes == ("resized 60 images to 28×28 (bilinear)", "inverted 60 images (light background)")
    # Every fifth pixel, from the middle of its block: the very same images.
    np.testing.assert_array_equal(images.pixels[..., 0], pixels)


def test_photos_are_not_inverted(garment: InputSpec) -> None:
    """Photos, scans and micrographs, some of them with light corners; a drawn horse on white is a drawing."""
    skimage = pytest.importorskip("skimage")
    folder = Path(skimage.__file__).parent / "data"
    photos = ["astronaut", "brick", "camera", "cell", "chelsea", "coffee", "coins", "ihc", "moon", "page", "text"]
    for name in photos:
        images = open_images(folder / f"{name}.png", like=garment)
        assert not any(note.startswith("inverted") for note in images.notes), name
        light = ground_of(np.asarray(open_images(folder / f"{name}.png").pixels[0])).level > 127.5
        assert any(ASK in note for note in images.notes) == light, name
    assert "inverted (light background)" in open_images(folder / "horse.png", like=garment).notes


@pytest.mark.parametrize(
    ("size", "channels", "picture", "told"),
    [(28, 1, SQUARE, True), (28, 1, 255 - SQUARE, False), (28, 3, SQUARE, False), (64, 1, SQUARE, False)],
)
def test_nothing_is_inverted_for_an_unknown_model(save, size: int, channels: int, picture: np.ndarray, told) -> None:
    images = open_images(save(picture), like=InputSpec(size, size, channels))
    assert any("--invert yes" in note and note.startswith("not inverted") for note in images.notes) == told
    assert (images.pixels[0, 0, 0] == picture[0, 0]).all()
