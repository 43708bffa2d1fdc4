"""Image files: header, and pixels upright, opaque, in grayscale or RGB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..edits import (
    DARK,
    DEPTH,
    FIRST_FRAME,
    FIRST_PAGE,
    GRAYSCALE,
    REPEATED,
    UPRIGHT,
    Edit,
    lower_white,
    transparency_filled,
)
from ..image_list import ImageList
from ..paths import is_file, is_folder, one_line, shown
from ..pixel_range import WHITES
from ..unreadable_files import UnreadableError
from . import dicom
from .file_head import FileHead
from .image_modes import eight_bits, has_12_bits, has_color, opaque, rgb_of_lab
from .limits import MAX_IMAGE_PIXELS, too_large
from .multiband_tiff import read_bands, read_layout

if TYPE_CHECKING:
    from PIL.Image import Image, Transpose

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif", ".heic", ".heif", *dicom.SUFFIXES,
)  # fmt: skip

_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"BM", b"GIF8", *_TIFF)
_ORIENTATION_TAG = 0x0112
_WORDS = "a PNG, JPEG, WebP, BMP, GIF, TIFF, AVIF, HEIC or DICOM"


def recognizes(file: FileHead) -> bool:
    """Return whether a file's name or first bytes are those of an image."""
    start = file.start
    boxed = start[4:8] == b"ftyp" and start[8:12] in (b"avif", b"avis", *_HEIC)
    marked = start[dicom.PREAMBLE :] == dicom.MAGIC
    return file.name.endswith(SUFFIXES) or start.startswith(_SIGNATURES) or boxed or marked


def open_file(path: Path, split: str | None = None, class_names: Sequence[str] | None = None) -> ImageList:
    """Return a list with the file alone; it is decoded later, when the wanted size and channels are known."""
    return ImageList([path], [path.name], str(path))


class ImageHeader(NamedTuple):
    """Height and width of the upright image, in pixels, and whether it may have color.

    ``bands`` is the number of its channels where these are not gray or color alone, else 0. With ``alpha`` the last of
    them is transparency, which is filled unless so many channels are taken. ``bits`` are those of a band. ``deep`` says
    that it has 16 bits of gray, and does not itself say that only 12 are used.
    """

    height: int
    width: int
    color: bool
    bands: int = 0
    alpha: bool = False
    bits: int = 8
    deep: bool = False

    def bands_for(self, channels: int | None) -> int:
        """Return the bands to read where so many ``channels`` are taken, 0 to read gray or color."""
        return 0 if self.alpha and self.bands != channels else self.bands


def read_header(path: Path) -> ImageHeader:
    """Return the header of an image file; UnreadableError if it is not an image, or larger than 89 megapixels.

    The checksums of a PNG are verified too, since decoding ignores wrong ones.
    """
    if dicom.is_dicom(_existing(path)):
        return ImageHeader(*dicom.read_size(path))
    layout = read_layout(path)
    if layout is not None and not layout.alpha:
        return ImageHeader(*layout.upright, True, layout.bands, False, layout.bits)
    with _opened(path) as image:
        # Pillow decodes a whole PNG to find EXIF data after the pixels, where few writers put it.
        unsure = image.format == "TIFF" or (image.format == "PNG" and "exif" not in image.info)
        # The size of a TIFF is upright already.
        turned = not unsure and _orientation(image) >= 5
        width, height = image.size[::-1] if turned else image.size
        # Keras reads such files as four channels too, where color_mode="rgba" asks for them.
        bands = layout.bands if layout else 4 if image.mode == "RGBA" else 0
        bits, deep = layout.bits if layout else 8, image.mode.startswith("I;16") and not has_12_bits(image)
        header = ImageHeader(height, width, has_color(image), bands, bands > 0, bits, deep)
        if image.format == "PNG":
            image.verify()
        return header


def read_values(path: Path) -> np.ndarray:
    """Return the values (h, w) of a file with 16 bits of gray, as it holds them."""
    with _opened(path) as image:
        image.load()
        return np.asarray(image)


def read_channels(path: Path) -> tuple[np.ndarray, list[Edit]]:
    """Return all channels of a file that has bands (see ImageHeader), (h, w, bands) uint8 or uint16, and its edits.

    UnreadableError for a file that cannot be decoded whole.
    """
    layout = read_layout(path)
    if layout is not None:
        return read_bands(path, layout), [UPRIGHT] if layout.orientation > 1 else []
    with _opened(path) as image:
        edits = _before_decoding(image, path)
        orientation = _orientation(image)
        upright = image.transpose(_turns()[orientation]) if orientation > 1 else image
        return np.asarray(upright), [*edits, UPRIGHT] if orientation > 1 else edits


def read_image(path: Path, color: bool, bits: int = 16) -> tuple[Image, list[Edit]]:
    """Return a file's first frame in mode RGB if ``color``, else L, or F in 0…255 if it has 16 bits, and its edits.

    ``bits`` are those that the set's 16-bit files use, see pixel_range.bits_of_set.
    Its EXIF orientation is applied, and transparency is filled with black or white, whichever differs more from the
    opaque pixels. UnreadableError for a file that cannot be decoded whole.
    """
    if dicom.is_dicom(_existing(path)):
        upright, edits = dicom.read_frame(path)
        return _with_channels(upright, color, upright.mode == "RGB", edits), edits
    with _opened(path) as image:
        edits = _before_decoding(image, path)
        had_color = has_color(image)
        # Pillow turns a TIFF itself.
        orientation = _orientation(image)
        tiff = getattr(image, "tag_v2", None) if image.format == "TIFF" else None
        image.load()
        upright = image
        if DEPTH in edits and int(np.asarray(image).max()) < 16:
            # Pillow keeps the upper byte of 16-bit colors.
            edits.append(DARK)
        if image.mode.startswith("I"):
            edits += [DEPTH, *([lower_white(bits, WHITES[bits])] if bits < 16 and not has_12_bits(image) else [])]
            upright = eight_bits(image, tiff, 4095.0 if has_12_bits(image) else WHITES[bits])
        elif image.mode == "LAB":
            upright = rgb_of_lab(image)
        elif image.has_transparency_data:
            upright, filled = opaque(image)
            if filled:
                edits.append(transparency_filled(filled))
        upright = _with_channels(upright, color, had_color, edits)
        if orientation > 1:
            upright = upright if tiff else upright.transpose(_turns()[orientation])
            edits.append(UPRIGHT)
        return upright, edits


def _with_channels(image: Image, color: bool, had_color: bool, edits: list[Edit]) -> Image:
    """Return an image in mode RGB or L, or in mode F as it is, and add the edit that this is to ``edits``."""
    if color != had_color:
        edits.append(REPEATED if color else GRAYSCALE)
    return image if image.mode == "F" else image.convert("RGB" if color else "L")


def _before_decoding(image: Image, path: Path) -> list[Edit]:
    """Return the edits that show before an image is decoded; UnreadableError for values of unknown range."""
    if image.mode in ("F", "I"):
        kind = "floating-point" if image.mode == "F" else "32-bit or signed"
        raise UnreadableError(
            f"{kind} values",
            f"{shown(path)} holds {kind} values, and no file says their range; save it with 8 or 16 bits, or give the "
            "array in Python",
        )
    edits = []
    if getattr(image, "is_animated", False) and image.format != "MPO":
        edits.append(FIRST_PAGE if image.format == "TIFF" else FIRST_FRAME)
    if any(";16" in str(tile[3]) for tile in getattr(image, "tile", ())) and not image.mode.startswith("I"):
        edits.append(DEPTH)
    return edits


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    """Open an image's header; anything that fails there or inside the ``with`` becomes UnreadableError."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(_existing(path), formats=_formats()) as image:
            width, height = image.size
            if width * height > MAX_IMAGE_PIXELS:
                raise too_large(path, f"{width}×{height}")
            yield image
    except UnreadableError:
        raise
    except PermissionError as error:
        why = one_line(error.strerror)
        raise UnreadableError(why, f"cannot read {shown(path)}: {why}; allow it to be read") from error
    except UnidentifiedImageError as error:
        raise _unidentified(path) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_large(path, "") from error
    except Exception as error:  # Pillow's decoders raise many exception types
        message = f"{shown(path)} is a damaged image ({one_line(error)}); save it again"
        raise UnreadableError("damaged", message) from error


def _existing(path: Path) -> Path:
    if is_file(path):
        return path
    if is_folder(path):
        raise UnreadableError("a folder", f"{shown(path)} is a folder, not an image; name the images in it")
    raise UnreadableError("not there", f"there is no file {shown(path)}; give the path of an image")


@cache
def _formats() -> tuple[str, ...]:
    """Return Pillow's names of the formats that are read, those that it can read here."""
    from PIL import TiffImagePlugin, WebPImagePlugin, features  # noqa: F401 - formats are known once imported

    found = ["PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF"]
    if features.check("avif"):
        from PIL import AvifImagePlugin  # noqa: F401

        found.append("AVIF")
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return tuple(found)
    register_heif_opener()
    return (*found, "HEIF")


def _unidentified(path: Path) -> UnreadableError:
    """Return the error for a file that Pillow does not know."""
    try:
        with path.open("rb") as file:
            start = file.read(12)
    except OSError:
        start = b""
    name = shown(path)
    if start[4:8] == b"ftyp" and start[8:12] in _HEIC and "HEIF" not in _formats():
        return UnreadableError("HEIC", f"{name} is a HEIC photo; pip install pillow-heif, or save it as JPEG")
    if start[4:8] == b"ftyp" and start[8:12] in (b"avif", b"avis") and "AVIF" not in _formats():
        return UnreadableError("AVIF", f"{name} is an AVIF image; pip install 'pillow>=11.3', or save it as PNG")
    if start.startswith(_TIFF):
        return UnreadableError(
            "damaged, or an unusual TIFF",
            f"{name} is a damaged TIFF, or not a PNG, nor a TIFF of gray or color in 8 or 16 bits; save it as one of "
            "these, or give its array as .npy",
        )
    return UnreadableError(
        "damaged, or not an image", f"{name} is damaged, or not {_WORDS}; save it anew as one of these"
    )


def _orientation(image: Image) -> int:
    """Return the EXIF orientation 1…8; 1, upright, if EXIF data are unreadable, since the pixels are still good."""
    try:
        found = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _turns() -> dict[int, Transpose]:
    from PIL.Image import Transpose

    return {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
