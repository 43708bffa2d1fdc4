"""Picture files: every orientation, depth and kind of transparency, and files that are damaged or far too large."""

from __future__ import annotations

import io
import os
import warnings
from pathlib import Path

import numpy as np
import pytest

from cnnviz.core.errors import DataError
from cnnviz.data import open_images
from cnnviz.data.input_spec import InputSpec

from .makers import png_of_size

GREY = np.random.default_rng(3).integers(0, 256, (6, 8), dtype=np.uint8)
COLOUR = np.random.default_rng(4).integers(0, 256, (6, 8, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", ["x.png", "x.bmp", "x.gif", "x.PNG"])
def test_grey_comes_back(save, name: str) -> None:
    images = open_images(save(GREY, name))
    np.testing.assert_array_equal(images.pixels[0, ..., 0], GREY)
    assert images.shape == (6, 8, 1) and images.notes == () and images.names == (name,)


@pytest.mark.parametrize(("name", "options"), [("x.png", {}), ("x.bmp", {}), ("x.webp", {"lossless": True})])
def test_colour_comes_back(save, name: str, options: dict[str, object]) -> None:
    images = open_images(save(COLOUR, name, **options))
    np.testing.assert_array_equal(images.pixels[0], COLOUR)
    assert images.notes == ()


def test_jpeg_is_close(save) -> None:
    smooth = np.add.outer(np.arange(32), np.arange(40)).astype(np.uint8)
    images = open_images(save(smooth, "x.jpeg", quality=95))
    assert np.abs(images.pixels[0, ..., 0].astype(int) - smooth).max() < 6


def test_a_picture_without_its_suffix(save) -> None:
    path = save(GREY)
    bare = path.rename(path.with_name("picture"))
    np.testing.assert_array_equal(open_images(bare).pixels[0, ..., 0], GREY)


# How a camera held so stores what is seen upright (EXIF 2.32, table 6: the side of row 0 and of column 0).
STORED = {
    1: lambda seen: seen,
    2: lambda seen: seen[:, ::-1],
    3: lambda seen: seen[::-1, ::-1],
    4: lambda seen: seen[::-1],
    5: lambda seen: seen.T,
    6: lambda seen: np.rot90(seen),
    7: lambda seen: seen[::-1, ::-1].T,
    8: lambda seen: np.rot90(seen, -1),
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("name", ["x.png", "x.webp"])
def test_every_orientation_is_turned_upright(save, orientation: int, name: str) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(STORED[orientation](GREY))
    if name.endswith("webp"):
        stored = np.repeat(stored[..., None], 3, axis=2)
    images = open_images(save(stored, name, exif=exif, **({"lossless": True} if "webp" in name else {})))
    np.testing.assert_array_equal(images.pixels[0, ..., 0], GREY)
    assert images.notes == (() if orientation == 1 else ("orientation corrected",))


@pytest.mark.parametrize("exif", [b"Exif\0\0nonsense", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", b"\0" * 40])
def test_unreadable_exif_leaves_the_picture(save, exif: bytes) -> None:
    np.testing.assert_array_equal(open_images(save(GREY, exif=exif)).pixels[0, ..., 0], GREY)


def test_sixteen_bits(save) -> None:
    deep = (GREY.astype(np.uint16) * 257).astype(np.uint16)
    images = open_images(save(deep))
    np.testing.assert_array_equal(images.pixels[0, ..., 0], GREY)
    assert images.notes == ("reduced from 16 to 8 bits",)


def test_palette(save, tmp_path: Path) -> None:
    from PIL import Image

    few = COLOUR // 128 * 255
    Image.fromarray(few).quantize(8, dither=Image.Dither.NONE).save(tmp_path / "p.png")
    np.testing.assert_array_equal(open_images(tmp_path / "p.png").pixels[0], few)
    grey = Image.fromarray(GREY).convert("P")
    grey.save(tmp_path / "g.png")
    images = open_images(tmp_path / "g.png")
    assert images.shape == (6, 8, 1)
    np.testing.assert_array_equal(images.pixels[0, ..., 0], GREY)


def test_black_and_white(tmp_path: Path) -> None:
    from PIL import Image

    bits = GREY > 128
    Image.fromarray(bits).save(tmp_path / "b.png")
    np.testing.assert_array_equal(open_images(tmp_path / "b.png").pixels[0, ..., 0], bits * 255)


def test_first_frame_of_an_animation(tmp_path: Path) -> None:
    from PIL import Image

    frames = [Image.fromarray(GREY), Image.fromarray(255 - GREY)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    images = open_images(tmp_path / "a.gif")
    np.testing.assert_array_equal(images.pixels[0, ..., 0], GREY)
    assert images.notes == ("first frame only",)


def test_cmyk(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(tmp_path / "c.jpg", quality=100)
    red = open_images(tmp_path / "c.jpg").pixels[0, 4, 4].astype(int)
    assert red[0] > 200 and red[1] < 60 and red[2] < 60


@pytest.mark.parametrize(("value", "ground"), [(240, "black"), (10, "white")])
@pytest.mark.parametrize("mode", ["LA", "RGBA", "palette", "one colour"])
def test_transparency_is_laid_on_the_ground_that_differs_more(
    tmp_path: Path, value: int, ground: str, mode: str
) -> None:
    from PIL import Image

    path, half = tmp_path / "t.png", np.zeros((8, 8), np.uint8)
    half[2:6, 2:6] = 255
    hidden = 255 - value
    level = np.where(half > 0, value, hidden).astype(np.uint8)
    if mode == "LA":
        Image.fromarray(np.dstack([level, half])).save(path)
    elif mode == "RGBA":
        Image.fromarray(np.dstack([level, level, level, half])).save(path)
    elif mode == "palette":
        image = Image.fromarray((half > 0).astype(np.uint8)).convert("P")
        image.putpalette([hidden] * 3 + [value] * 3)
        image.save(path, transparency=b"\0\xff")
    else:
        Image.fromarray(np.dstack([level] * 3)).save(path, transparency=(hidden,) * 3)
    images = open_images(path, like=InputSpec(8, 8, 1))
    expected = np.where(half > 0, value, 0 if ground == "black" else 255)
    np.testing.assert_array_equal(images.pixels[0, ..., 0], expected)
    assert images.notes[0] == f"transparency filled with {ground}"


def test_half_transparency_is_mixed(save) -> None:
    array = np.dstack([np.full((4, 4), 200, np.uint8), np.full((4, 4), 128, np.uint8)])
    images = open_images(save(array))
    assert set(images.pixels.reshape(-1).tolist()) <= {100, 101}


def test_all_opaque_or_all_transparent(save) -> None:
    opaque = np.dstack([COLOUR, np.full((6, 8), 255, np.uint8)])
    images = open_images(save(opaque))
    np.testing.assert_array_equal(images.pixels[0], COLOUR)
    assert images.notes == ()
    empty = open_images(save(np.zeros((6, 8, 4), np.uint8), "empty.png"))
    assert (empty.pixels == empty.pixels[0, 0, 0]).all()


def _png() -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(GREY).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["damaged, or not a PNG", "; save it anew"]),
        (b"label,pixel1\n", ["damaged, or not a PNG"]),
        (_png()[:20], ["x.png"]),
        (_png()[:-40], ["damaged image", "; save it again"]),
        (_png()[:50] + b"\0\0\0\0" + _png()[54:], ["damaged image"]),
        (png_of_size(30_000, 30_000), ["too large", "89 megapixels"]),
        (png_of_size(10_000, 9_500), ["too large", "10000×9500; shrink it"]),
        (png_of_size(2**31 - 1, 2**31 - 1), ["x.png"]),
        (png_of_size(0, 5), ["x.png"]),
        (png_of_size(9_000, 9_000), ["damaged image"]),
        (b"II*\0" + b"\0" * 100, ["not a PNG"]),
    ],
)
def test_faults(tmp_path: Path, content: bytes, words: list[str], fails) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(content)
    with fails(DataError, path, *words):
        open_images(path)


def test_what_is_no_file(tmp_path: Path, fails) -> None:
    (tmp_path / "x.png").mkdir()
    with fails(DataError, "x.png", "holds no images"):
        open_images(tmp_path / "x.png")
    with fails(DataError, "x.png", "holds no images"):
        open_images([tmp_path / "x.png"])
    with fails(DataError, "there is no file"):
        open_images([tmp_path / "y.png"])
    with fails(DataError, "neither a file nor a folder"):
        open_images(os.devnull)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="not for this platform: it has no named pipes")
def test_a_pipe_does_not_hang(tmp_path: Path, fails) -> None:
    os.mkfifo(tmp_path / "x.png")
    with fails(DataError, "neither a file nor a folder"):
        open_images(tmp_path / "x.png")
    with fails(DataError, "neither a file nor a folder"):
        open_images([tmp_path / "x.png"])


def test_refused_by_the_system(save, monkeypatch, fails) -> None:
    path = save(GREY)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("PIL.Image.open", refuse)
    with fails(DataError, path, "permission denied; allow it to be read"):
        open_images(path)


def test_no_warning_escapes(save) -> None:
    path = save(GREY, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        open_images(path)
    assert not caught
