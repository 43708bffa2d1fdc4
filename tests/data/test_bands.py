"""Images of more channels than gray and color have: their axes, their files, and which bands are drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnnviz.core.errors import CnnvizError, DataError, UsageError
from cnnviz.data import Images, open_images
from cnnviz.data.bands import bands_from
from cnnviz.data.input_spec import InputSpec
from cnnviz.data.originals import read_original
from tests.helpers.sweeps import slow

FIVE = InputSpec(24, 20, 5)
tifffile = pytest.importorskip("tifffile")


def counted(*shape: int, kind: type = np.uint8) -> np.ndarray:
    """Different numbers throughout, as far as the type goes."""
    return np.arange(np.prod(shape), dtype=np.int64).reshape(shape).astype(kind)


# Which bands.


@pytest.mark.parametrize(
    ("said", "found"),
    [("4,3,2", (4, 3, 2)), (" 4 , 3,2", (4, 3, 2)), ("4", (4,)), (4, (4,)), ([1, 1, 1], (1, 1, 1)), (None, ())],
)
def test_bands_are_three_numbers_or_one(said: object, found: tuple[int, ...]) -> None:
    assert bands_from(said) == found
    assert not found or bands_from(np.array(found)) == found


@pytest.mark.parametrize(
    "said", ["", "4,3", "1,2,3,4", "a", "1.5", 1.5, (1, 2.5, 3), True, "0", (-1,), "1,2,0", object()]
)
def test_other_bands_are_refused(said: object, fails) -> None:
    with fails(UsageError, "from 1"):
        bands_from(said)


@given(st.text(max_size=12) | st.lists(st.integers(), max_size=4) | st.floats() | st.integers())
def test_bands_are_numbers_from_1_or_a_usage_error(anything: object) -> None:
    try:
        found = bands_from(anything)
    except UsageError as error:
        assert "\n" not in str(error) or "\n" in repr(anything)
    else:
        assert len(found) in (1, 3) and min(found) >= 1


def test_a_band_that_there_is_not(fails) -> None:
    images = Images(np.zeros((2, 4, 4, 5), np.uint8))
    with fails(UsageError, "no band 6", "bands 1 to 5"):
        images.with_bands("1,2,6")
    with fails(UsageError, "no band 2", "1 channel, which is band 1"):
        open_images(np.zeros((2, 4, 4), np.uint8), bands=2)


# What is drawn.


def test_the_first_three_bands_or_the_first_of_two_are_drawn() -> None:
    five, two = Images(counted(2, 4, 3, 5)), Images(counted(2, 4, 3, 2))
    assert np.array_equal(five.drawn, five.pixels[..., :3])
    assert np.array_equal(two.drawn, two.pixels[..., :1])
    assert five.bands_note.startswith("bands 1, 2 and 3 of 5 are drawn as red, green and blue; choose others")
    assert two.bands_note.startswith("band 1 of 2 is drawn in gray; choose others")


def test_chosen_bands_are_drawn_and_all_are_kept() -> None:
    images = open_images(counted(2, 24, 20, 5), bands="4,3,2")
    assert np.array_equal(images.drawn, images.pixels[..., [3, 2, 1]])
    assert images.bands_note == "bands 4, 3 and 2 of 5 are drawn as red, green and blue"
    assert images.shape == (24, 20, 5) and images.take([1]).bands == (4, 3, 2)
    gray = images.with_bands(5)
    assert np.array_equal(gray.drawn, images.pixels[..., [4]]) and gray.bands_note == "band 5 of 5 is drawn in gray"
    color = Images(counted(2, 4, 3, 3))
    assert np.array_equal(color.with_bands("3,2,1").drawn, color.pixels[..., ::-1]) and not color.bands_note


def test_values_of_more_than_8_bits_are_drawn_between_two_percentiles() -> None:
    """0, 100, …, 10000 in one band: the percentiles are 200 and 9800, and what is beyond is black or white."""
    values = np.arange(0, 10001, 100, dtype=np.uint16)
    pixels = np.stack([values, values // 2, np.full_like(values, 7)], axis=-1).reshape(1, 1, -1, 3)
    images = Images(np.concatenate([pixels, pixels[..., :2]], axis=-1))
    assert images.peak == 16383 and images.ends == ((200.0, 9800.0), (100.0, 4900.0), pytest.approx((7, 7), abs=1e-5))
    wanted = np.rint(np.clip((values - 200.0) / 9600, 0, 1) * 255)
    assert np.abs(images.drawn[0, 0, :, 0] - wanted).max() <= 1
    assert np.array_equal(images.drawn[..., 0], images.drawn[..., 1]) and not images.drawn[..., 2].any()
    assert "each from its 2nd to its 98th percentile" in images.bands_note


def test_resized_bytes_are_drawn_as_bytes() -> None:
    images = open_images(np.full((1, 9, 9, 5), 30, np.uint8), like=InputSpec(4, 4, 5))
    assert images.pixels.dtype == np.float32 and images.ends is None and (images.drawn == 30).all()


# Axes.


@pytest.mark.parametrize(
    ("shape", "like", "opened"),
    [
        ((24, 20, 5), FIVE, (1, 24, 20, 5)),
        ((100, 120, 5), FIVE, (1, 24, 20, 5)),
        ((7, 24, 20, 5), None, (7, 24, 20, 5)),
        ((7, 5, 24, 20), None, (7, 24, 20, 5)),
        ((7, 5, 24, 20), FIVE, (7, 24, 20, 5)),
        ((7, 16, 16, 5), None, (7, 16, 16, 5)),
        ((7, 5, 8, 8), None, (7, 8, 8, 5)),
        ((7, 12, 10, 5), InputSpec(12, 10, 5), (7, 12, 10, 5)),
        ((7, 12, 10, 5), InputSpec(10, 5, 12), (7, 10, 5, 12)),
        ((7, 2, 24, 20), None, (7, 24, 20, 2)),
        ((7, 24, 20, 16), None, (7, 24, 20, 16)),
        ((1000, 8, 8), None, (1000, 8, 8, 1)),
        ((24, 20, 4), InputSpec(24, 20, 4), (1, 24, 20, 4)),
    ],
)
def test_axes(shape: tuple[int, ...], like: InputSpec | None, opened: tuple[int, ...]) -> None:
    assert open_images(np.zeros(shape, np.uint8), like=like).pixels.shape == opened


def test_channels_that_come_first_are_moved() -> None:
    pixels = counted(2, 6, 7, 5)
    assert np.array_equal(open_images(pixels.transpose(0, 3, 1, 2), like=InputSpec(6, 7, 5)).pixels, pixels)


@pytest.mark.parametrize(
    ("shape", "like", "words"),
    [
        ((64, 64, 5), None, ["one image of 64×64 with 5 channels", "x[None]", "64 grayscale images of 64×5"]),
        ((64, 64, 12), InputSpec(64, 64, 3), ["with 12 channels", "x[..., None]"]),
        ((64, 64, 4), None, ["transparency", "x[..., :3]", "4 channels (then give x[None])"]),
        ((5, 24, 20), FIVE, ["channels first", "x.transpose(1, 2, 0)"]),
        ((7, 12, 10, 5), None, ["12×10 with 5 channels", "10×5 with 12 channels", "x.transpose(0, 2, 3, 1)"]),
        ((7, 8, 8, 8), None, ["cnnviz.Images(x)"]),
        ((7, 24, 20, 17), None, ["(7, 24, 20, 17)", "1 to 16"]),
        ((7, 24, 20, 3), FIVE, ["images of 3 channels where 5 are taken"]),
        ((7, 24, 20), FIVE, ["images of 1 channel where 5 are taken"]),
        ((7, 24, 20, 5), InputSpec(24, 20, 3), ["images of 5 channels where 3 are taken"]),
        ((7, 24, 20, 5), InputSpec(24, 20, 1), ["images of 5 channels where 1 is taken"]),
        ((7, 24, 20, 4), InputSpec(24, 20, 3), ["4 channels where 3 are taken", "x[..., :3] leaves transparency out"]),
    ],
)
def test_what_is_refused(shape: tuple[int, ...], like: InputSpec | None, words: list[str], fails) -> None:
    with fails(DataError, *words):
        open_images(np.zeros(shape, np.uint8), like=like)


def test_datasets_of_bands() -> None:
    """As PyTorch has them, channels first, and in batches; one of other channels among them is refused."""
    pixels = counted(4, 24, 20, 5)
    items = [(one.transpose(2, 0, 1), label) for label, one in enumerate(pixels)]
    for source in (items, [(one, i) for i, one in enumerate(pixels)], iter([(pixels, np.arange(4))])):
        images = open_images(source, like=FIVE, limit=4)
        assert np.array_equal(images.pixels, pixels) and images.labels is not None
    with pytest.raises(DataError, match="3 channels where 5 are taken"):
        open_images([pixels[0], pixels[1, ..., :3], pixels[2][:18]])


def test_uint16_bands_have_the_depth_of_their_values() -> None:
    pixels = np.random.default_rng(0).integers(0, 4000, (3, 20, 24, 13)).astype(np.uint16)
    images = open_images(pixels)
    assert images.peak == 4095 and np.array_equal(images.pixels, pixels) and "12-bit" in images.notes[0]
    low, high = images.stretched[1:]
    # Bytes of a page run over the values that there are, not over all that 12 bits hold.
    assert (low, high) == (pixels.min(), pixels.max())


# Files.


def written(path: Path, pixels: np.ndarray, planar: str = "contig", **options: object) -> Path:
    held = pixels if planar == "contig" else np.moveaxis(pixels, -1, 0)
    tifffile.imwrite(path, held, photometric="minisblack", planarconfig=planar, **options)
    return path


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("layout", [(5, "contig"), (5, "separate"), *slow((2, "contig"), (13, "separate"))])
@pytest.mark.parametrize("packed", [{}, {"compression": "zlib", "predictor": True}, *slow({"compression": "zlib"})])
@pytest.mark.parametrize("tile", [None, (16, 32)])
@pytest.mark.parametrize("order", [("<", False), (">", False), *slow(("<", True))])
def test_tiff_files(
    tmp_path: Path,
    kind: type,
    layout: tuple[int, str],
    packed: dict[str, object],
    tile: tuple[int, int] | None,
    order: tuple[str, bool],
) -> None:
    bands, planar = layout
    pixels = np.random.default_rng(bands).integers(0, np.iinfo(kind).max, (37, 53, bands)).astype(kind)
    options = {"tile": tile, "byteorder": order[0], "bigtiff": order[1]}
    path = written(tmp_path / "x.tif", pixels, planar, **packed, **options)
    images = open_images(path)
    assert np.array_equal(images.pixels[0], pixels) and images.peak == np.iinfo(kind).max


@pytest.mark.parametrize("orientation", range(1, 9))
def test_bands_are_turned_upright_as_pillow_turns_color(tmp_path: Path, orientation: int) -> None:
    color = counted(5, 7, 3)
    tag = [(274, "H", 1, orientation, True)]
    tifffile.imwrite(tmp_path / "color.tif", color, photometric="rgb", extratags=tag)
    written(tmp_path / "bands.tif", color[..., [0, 1, 2, 0, 1]], extratags=tag)
    upright = open_images(tmp_path / "color.tif").pixels
    assert np.array_equal(open_images(tmp_path / "bands.tif").pixels, upright[..., [0, 1, 2, 0, 1]])


def test_a_folder_of_tiff_files(tmp_path: Path) -> None:
    """Two classes, resized, with the depth of all values together; each original is drawn by its bands."""
    rng = np.random.default_rng(0)
    for name, most in (("field", 900), ("sea", 9000)):
        (tmp_path / name).mkdir()
        for i in range(2):
            written(tmp_path / name / f"{i}.tif", rng.integers(0, most, (30, 40, 5)).astype(np.uint16))
    images = open_images(tmp_path, bands="5,1,1")
    assert images.shape == (30, 40, 5) and images.class_names == ("field", "sea")
    assert images.peak == 16383 and any("14-bit" in note for note in images.notes)
    small = open_images(tmp_path, like=InputSpec(15, 20, 5))
    assert small.peak == 16383 and np.allclose(small.pixels[0, 0, 0], images.pixels[0, :2, :2].mean(axis=(0, 1)))
    original = read_original(small.with_bands("5,1,1"), 3)
    assert original.pixels.shape == (30, 40, 3) and np.array_equal(original.pixels[..., 1], original.pixels[..., 2])
    with pytest.raises(DataError, match=r"4 of 4 images .* \(5 channels where 3 are taken\)"):
        open_images(tmp_path, like=InputSpec(15, 20, 3))


def test_files_of_other_channels_or_depths_are_not_mixed(tmp_path: Path) -> None:
    for name, pixels in (("a", counted(6, 7, 5)), ("b", counted(6, 7, 5)), ("c", counted(6, 7, 4))):
        written(tmp_path / f"{name}.tif", pixels)
    with pytest.raises(DataError, match="4 channels where 5 are taken"):
        open_images(tmp_path)
    written(tmp_path / "c.tif", counted(6, 7, 5, kind=np.uint16))
    with pytest.raises(DataError, match=r"16 bits and .* of 8; give one depth"):
        open_images(tmp_path)


def test_extra_samples_are_never_left_out_silently(tmp_path: Path) -> None:
    """Pillow reads five samples marked as RGB as three, and four as three too, where the fourth is no transparency."""
    for count in (4, 5):
        pixels = counted(6, 7, count)
        extra = ["unspecified"] * (count - 3)
        tifffile.imwrite(tmp_path / "x.tif", pixels, photometric="rgb", planarconfig="contig", extrasamples=extra)
        assert np.array_equal(open_images(tmp_path / "x.tif").pixels[0], pixels)
        with pytest.raises(DataError, match=f"{count} channels where 3 are taken"):
            open_images(tmp_path / "x.tif", like=InputSpec(6, 7, 3))


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_transparency_is_filled_unless_four_channels_are_taken(tmp_path: Path, ending: str) -> None:
    pixels = counted(6, 7, 4) + 60
    Image.fromarray(pixels, "RGBA").save(tmp_path / f"x.{ending}")
    assert open_images(tmp_path / f"x.{ending}").shape == (6, 7, 3)
    four = open_images(tmp_path / f"x.{ending}", like=InputSpec(6, 7, 4))
    assert np.array_equal(four.pixels[0], pixels)
    Image.fromarray(pixels[..., :3]).save(tmp_path / "y.png")
    with pytest.raises(DataError, match="3 channels where 4 are taken"):
        open_images(tmp_path / "y.png", like=InputSpec(6, 7, 4))


@pytest.mark.parametrize("packed", ["tiff_lzw", "packbits", "lzma", "zstd"])
def test_compressions_of_libtiff(tmp_path: Path, packed: str) -> None:
    pixels = counted(40, 30, 4)
    Image.fromarray(pixels, "RGBA").save(tmp_path / "x.tif", compression=packed)
    assert np.array_equal(open_images(tmp_path / "x.tif", like=InputSpec(40, 30, 4)).pixels[0], pixels)


@pytest.mark.parametrize("kind", [np.float32, np.int16, np.uint32])
def test_other_numbers_are_refused(tmp_path: Path, kind: type) -> None:
    written(tmp_path / "x.tif", np.zeros((6, 7, 5), kind))
    with pytest.raises(DataError, match=r"not whole numbers of 8 or 16 bits.*\.npy"):
        open_images(tmp_path / "x.tif")


def test_many_bands_are_refused(tmp_path: Path) -> None:
    written(tmp_path / "x.tif", np.zeros((6, 7, 17), np.uint8))
    with pytest.raises(DataError, match="17 channels; up to 16"):
        open_images(tmp_path / "x.tif")


@given(st.data())
def test_damaged_files_end_in_one_line(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    content = bytearray(written(folder / "x.tif", counted(20, 10, 5), compression="zlib").read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=4)):
        if place < len(content):
            content[place] = value
    (folder / "x.tif").write_bytes(bytes(content))
    try:
        images = open_images(folder / "x.tif")
    except CnnvizError as error:
        assert "\n" not in str(error)
    else:
        assert images.pixels.ndim == 4


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("count", [2, 3, 5, 16])
def test_gray_pages_are_channels_for_a_model_of_so_many(tmp_path: Path, count: int, kind: type) -> None:
    pages = np.random.default_rng(0).integers(0, np.iinfo(kind).max, (count, 9, 7)).astype(kind)
    images = [Image.fromarray(page) for page in pages]
    images[0].save(tmp_path / "x.tif", save_all=True, append_images=images[1:])
    found = open_images(tmp_path / "x.tif", like=InputSpec(9, 7, count))
    np.testing.assert_array_equal(found.pixels[0], pages.transpose(1, 2, 0))
    assert "pages read as channels" in found.notes
    first = open_images(tmp_path / "x.tif")
    assert first.shape == (9, 7, 1) and "first page only" in first.notes


def test_pages_of_other_sizes_are_no_channels(tmp_path: Path, fails) -> None:
    pages = [Image.fromarray(np.zeros(size, np.uint8)) for size in ((9, 7), (9, 8))]
    pages[0].save(tmp_path / "x.tif", save_all=True, append_images=pages[1:])
    with fails(DataError, "1 channel where 2 are taken"):
        open_images(tmp_path / "x.tif", like=InputSpec(9, 7, 2))
