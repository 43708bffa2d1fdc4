"""Fitting pictures to a model: size, channels, padding, inversion, and what is said of it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.core.errors import DataError, UsageError
from cnnviz.data import Images, open_images
from cnnviz.data.fit import Fit
from cnnviz.data.fit_images import ROUNDED, fit_images, to_grayscale
from cnnviz.data.input_spec import InputSpec


def test_nothing_to_do_returns_the_same(pictures: np.ndarray) -> None:
    images = Images(pictures)
    assert fit_images(images, InputSpec(5, 4, 1, "light")) is images
    assert fit_images(images, None) is images


def test_grey_is_what_pillow_makes_of_it() -> None:
    from PIL import Image

    colour = np.random.default_rng(0).integers(0, 256, (3, 50, 60, 3), dtype=np.uint8)
    expected = [np.asarray(Image.fromarray(picture).convert("L")) for picture in colour]
    np.testing.assert_array_equal(to_grayscale(colour)[..., 0], expected)
    np.testing.assert_allclose(to_grayscale(colour.astype(np.float32))[..., 0], expected, atol=0.51)


def test_channels(pictures: np.ndarray) -> None:
    repeated = fit_images(Images(pictures), InputSpec(5, 4, 3))
    assert repeated.shape == (5, 4, 3) and repeated.notes == ("grayscale repeated to 3 channels",)
    back = fit_images(repeated, InputSpec(5, 4, 1))
    np.testing.assert_array_equal(back.pixels[..., 0], pictures)
    assert back.notes[-1] == "converted to grayscale"


def test_shrinking_averages_every_pixel_if_asked() -> None:
    checks = np.indices((280, 280)).sum(0) % 2 * 255
    images = fit_images(Images(checks[None].astype(np.uint8)), InputSpec(28, 28, 1), fit="stretch,antialias")
    assert np.abs(images.pixels - 127.5).max() <= 2
    assert images.notes == ("resized from 280×280 to 28×28 (bilinear with antialiasing)",)


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
@pytest.mark.parametrize("channels", [1, 3])
def test_three_fits_of_a_wide_image(kind: type, channels: int) -> None:
    """40 × 80 of level 9 with 20 × 40 of 200 in its middle, in 20 × 20."""
    wide = np.full((1, 40, 80, channels), 9, kind)
    wide[:, 10:30, 20:60] = 200
    made = {fit: fit_images(Images(wide), InputSpec(20, 20, channels), fit=fit) for fit in ("stretch", "pad", "crop")}
    bright = {fit: float((images.pixels[0, ..., 0] > 100).mean()) for fit, images in made.items()}
    assert bright == {"stretch": 0.25, "pad": 0.15, "crop": 0.5}
    assert all(images.pixels.dtype == np.float32 and images.fit == Fit(fit) for fit, images in made.items())
    assert [made[fit].notes[0] for fit in made] == [
        f"resized from 80×40 to 20×20 ({words}, bilinear)" for words in ("stretched", "padded with black", "cropped")
    ]
    padded = made["pad"].pixels[0, ..., 0]
    assert not padded[:5].any() and not padded[15:].any() and padded[5:15].min() >= 9
    assert made["pad"].peak == (255 if kind == np.uint8 else made["pad"].peak)


def test_the_nearest_pixel_keeps_bytes(save) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (2, 9, 15), dtype=np.uint8)
    folder = [save(image, f"set/{i}.png") for i, image in enumerate(noise)]
    for images in (
        fit_images(Images(noise), InputSpec(5, 5, 1), fit="stretch,nearest"),
        open_images(folder, like=InputSpec(5, 5, 1), fit="stretch,nearest"),
        open_images([*noise], like=InputSpec(5, 5, 1), fit="stretch,nearest"),
    ):
        assert images.pixels.dtype == np.uint8
        np.testing.assert_array_equal(images.pixels[..., 0], noise[:, [0, 2, 4, 6, 8]][:, :, 1::3])
        assert "resized" in images.notes[0] and images.notes[0].endswith("(stretched, nearest pixel)")


def test_places_by_hand() -> None:
    assert Fit("stretch").placement((30, 50), (20, 20)) == ((0, 0, 30, 50), (0, 0, 20, 20))
    assert Fit("crop").placement((30, 50), (20, 20)) == ((0, 10, 30, 40), (0, 0, 20, 20))
    assert Fit("pad").placement((30, 50), (20, 20)) == ((0, 0, 30, 50), (4, 0, 16, 20))
    assert Fit("pad").placement((1000, 1), (20, 20)) == ((0, 0, 1000, 1), (0, 9, 20, 10))


def test_a_fit_by_name(fails) -> None:
    from cnnviz.data.fit import fit_from

    assert fit_from("auto") is fit_from(None) is None
    assert fit_from("crop,antialias") == Fit("crop", True) and str(Fit("crop", True)) == "crop,antialias"
    assert fit_from("pad,nearest") == Fit("pad", nearest=True) and str(Fit("pad", nearest=True)) == "pad,nearest"
    for wrong in ("squash", "pad,", "antialias", "", "stretch, antialias", "crop,nearest,antialias"):
        with fails(UsageError, "stretch, pad, crop", "antialias"):
            fit_from(wrong)


def test_dark_bytes_stay_bytes_of_255() -> None:
    """Resized, they are floats of 0 to 1, which would be read as white if their range was guessed again."""
    dark = np.zeros((1, 8, 8), np.uint8)
    dark[:, 2:6, 2:6] = 1
    for images in (
        fit_images(Images(dark), InputSpec(6, 6, 1)),
        open_images([dark[0], dark[0]], like=InputSpec(6, 6, 1)),
    ):
        assert images.peak == 255 and images.pixels.dtype == np.float32
        assert images.stretched[1:] == (0.0, 255.0) and images.stretched[0].max() == 1


def test_a_large_set_is_rounded(save, monkeypatch) -> None:
    monkeypatch.setattr("cnnviz.data.formats.limits.MAX_FLOAT_BYTES", 2 * 36 * 4)
    noise = np.random.default_rng(0).integers(0, 256, (3, 8, 8), dtype=np.uint8)
    exact = fit_images(Images(noise[:2]), InputSpec(6, 6, 1))
    assert exact.pixels.dtype == np.float32 and exact.pixels.max() % 1
    for i, image in enumerate(noise):
        folder = save(image, f"folder/{i}.png").parent
    opened = open_images(folder, like=InputSpec(6, 6, 1))
    listed = open_images([*noise, noise[0, :4]], limit=3, like=InputSpec(6, 6, 1))
    for images in (fit_images(Images(noise), InputSpec(6, 6, 1)), opened, listed):
        assert images.pixels.dtype == np.uint8 and ROUNDED in " ".join(images.notes)
        np.testing.assert_array_equal(images.pixels[:2], np.rint(exact.pixels))


def test_floats_stay_in_their_range() -> None:
    edge = np.zeros((1, 40, 40), np.float32)
    edge[:, :, 20:] = 1
    for size in (28, 50):
        fitted = fit_images(Images(edge), InputSpec(size, size, 1))
        assert fitted.pixels.min() >= 0 and fitted.pixels.max() <= 1 and fitted.peak == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(0, 255))
def test_a_plain_picture_stays_plain(h: int, w: int, height: int, width: int, value: int) -> None:
    images = fit_images(Images(np.full((1, h, w), value, np.uint8)), InputSpec(height, width, 1))
    assert images.shape == (height, width, 1) and (images.pixels == value).all()


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["pad", "crop"]), *(st.integers(1, 3000) for _ in range(2)), *(st.integers(1, 64) for _ in range(2))
)
def test_what_is_used_is_inside_and_in_the_middle(shape, h: int, w: int, height: int, width: int) -> None:
    place = Fit(shape).placement((h, w), (height, width))
    for box, (rows, columns) in ((place.original, (h, w)), (place.fitted, (height, width))):
        assert 0 <= box.top < box.bottom <= rows and 0 <= box.left < box.right <= columns
        assert abs(box.top - (rows - box.bottom)) <= 1 + (shape == "pad")
    whole = place.original if shape == "crop" else place.fitted
    sides = (h, w) if shape == "crop" else (height, width)
    assert any(abs(side - extent) <= 1 for side, extent in zip(whole.size, sides, strict=True))


def test_invert_of_arrays(pictures: np.ndarray) -> None:
    spec = InputSpec(5, 4, 1, "dark")
    light = Images(np.full((2, 5, 4), 250, np.uint8))
    assert fit_images(light, spec).notes == ()
    assert fit_images(light, spec, "no").notes == ()
    np.testing.assert_array_equal(fit_images(Images(pictures), None, "yes").pixels[..., 0], 255 - pictures)
    unit = Images(pictures / 255)
    np.testing.assert_allclose(fit_images(unit, spec, "yes").pixels[..., 0], 1 - pictures / 255, atol=1e-6)


@pytest.mark.parametrize("invert", ["yes", "auto"])
def test_the_frame_of_an_inverted_drawing_is_black(save, garment: InputSpec, invert) -> None:
    drawing = np.full((40, 80), 250, np.uint8)
    drawing[10:30, 30:50] = 10
    images = open_images(save(drawing), like=garment, invert=invert, fit="pad")
    found = images.pixels[0, ..., 0]
    assert not found[:7].any() and not found[21:].any()
    assert (found[7:21, :8] == 5).all() and found[13, 14] == 245
    array = fit_images(Images(drawing[None]), garment, "yes", "pad")
    np.testing.assert_allclose(array.pixels, images.pixels, atol=1e-4)


def test_a_frame_is_never_inverted(fails) -> None:
    padded = fit_images(Images(np.full((1, 8, 16), 200, np.uint8)), InputSpec(8, 8, 1), fit="pad")
    with fails(UsageError, "padded with black"):
        fit_images(padded, InputSpec(8, 8, 1), "yes")


def test_what_cannot_be_inverted(fails) -> None:
    with fails(UsageError, "outside 0 to 1"):
        fit_images(Images(np.array([[[-1.0, 0.5]]])), None, "yes")
    with fails(UsageError, "auto, yes or no"):
        fit_images(Images(np.zeros((1, 2, 2))), None, "maybe")  # type: ignore[arg-type]


def test_too_large_a_result_is_refused(fails) -> None:
    with fails(DataError, "memory"):
        fit_images(Images(np.zeros((10, 2, 2), np.uint8)), InputSpec(40_000, 40_000, 1))


def test_files_are_fitted_from_their_original_pixels(save, garment: InputSpec) -> None:
    """One resampling only: the same as fitting the whole picture at once, whatever other sizes are about."""
    noise = np.random.default_rng(5).integers(0, 100, (90, 120), dtype=np.uint8)
    save(noise, "folder/a.png")
    save(np.zeros((7, 9), np.uint8), "folder/b.png")
    path = save(np.zeros((7, 9), np.uint8), "folder/c.png").parent
    images = open_images(path, like=garment)
    alone = fit_images(Images(noise[None]), garment)
    np.testing.assert_array_equal(images.pixels[0], alone.pixels[0])
    assert images.notes == ("resized 3 images to 28×28 (stretched, bilinear)",)


def test_notes_of_one_photo(save, garment: InputSpec) -> None:
    photo = np.full((480, 640, 3), 240, np.uint8)
    photo[100:400, 200:400] = (20, 60, 90)
    images = open_images(save(photo, "photo.jpg"), like=garment)
    assert images.notes == (
        "converted to grayscale",
        "resized from 640×480 to 28×28 (stretched, bilinear)",
        "inverted (light background)",
    )
    assert images.pixels[0, 0, 0, 0] in range(10, 20) and images.pixels[0, 14, 12, 0] > 180


def test_mixed_sizes_come_to_the_commonest(save) -> None:
    for i, size in enumerate([(10, 8), (20, 20), (10, 8)]):
        folder = save(np.full(size, i, np.uint8), f"folder/{i}.png").parent
    images = open_images(folder)
    assert images.shape == (10, 8, 1)
    assert images.notes == ("resized 1 image to 8×10 (stretched, bilinear)",)


def test_a_colour_picture_makes_the_set_colour(save) -> None:
    save(np.full((4, 4), 7, np.uint8), "folder/a.png")
    folder = save(np.full((4, 4, 3), (1, 2, 3), np.uint8), "folder/b.png").parent
    images = open_images(folder)
    assert images.pixels[:, 0, 0].tolist() == [[7, 7, 7], [1, 2, 3]]
    assert images.notes == ("grayscale repeated to 3 channels in 1 image",)


def test_sixteen_bits_are_averaged_before_they_are_cut(save) -> None:
    deep = np.tile(np.array([[25000, 25157]], np.uint16), (40, 20))  # levels 97.28 and 97.89: 97.58 together
    images = open_images(save(deep), like=InputSpec(4, 4, 1), fit="stretch,antialias")
    np.testing.assert_allclose(images.pixels, 97.58, atol=0.02)


@pytest.mark.parametrize("orientation", [1, 6])
def test_turned_pictures_are_fitted_as_seen(tmp_path, orientation: int) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("L", (40, 20), 200).save(tmp_path / "x.png", exif=exif)
    images = open_images(tmp_path / "x.png")
    assert images.shape == ((20, 40, 1) if orientation == 1 else (40, 20, 1))


def test_exif_behind_the_pixels(tmp_path) -> None:
    """Another place that the PNG standard allows; only decoding finds it."""
    from PIL import Image

    from .makers import png_chunk

    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.zeros((20, 40), np.uint8)).save(buffer, "PNG")
    end = buffer.getvalue().index(b"IEND") - 4
    chunk = png_chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))
    (tmp_path / "x.png").write_bytes(buffer.getvalue()[:end] + chunk + buffer.getvalue()[end:])
    images = open_images(tmp_path / "x.png", like=InputSpec(40, 20, 1))
    assert images.notes == ("orientation corrected",)


def test_memory_of_a_set_is_bounded(save, monkeypatch, fails) -> None:
    folder = save(np.zeros((10, 10), np.uint8), "folder/a.png").parent
    monkeypatch.setattr("cnnviz.data.formats.limits.MAX_SET_BYTES", 99)
    with fails(DataError, "folder", "memory"):
        open_images(folder)
