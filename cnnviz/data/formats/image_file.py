"""Image files: header, and pixels upright, opaque, in grayscale or RGB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..edits import (
    DARK,
    DEPTH,
    FIRST_FRAME,
    FIRST_PAGE,
    GRAYSCALE,
    PAGES,
    REPEATED,
    UPRIGHT,
    Edit,
    transparency_filled,
    white_taken,
)
from ..fit_images import to_grayscale
from ..image_list import ImageList
from ..paths import is_file, is_folder, one_line, shown
from ..pixel_range import ALL_BITS, WHITES, Depth
from ..unreadable_files import UnreadableError
from . import dicom
from .deep_color import has_deep_color, is_deep_png, read_deep_png
from .file_head import FileHead
from .image_modes import eight_bits, has_12_bits, has_color, layered, opaque, rgb_of_lab, white_is_zero
from .limits import MAX_IMAGE_PIXELS, too_large
from .multiband_tiff import read_bands, read_layout, turned
from .pillow_formats import HEIC, TIFF, pillow_formats, unidentified
from .tiff_pages import count_pages, read_pages

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif", ".heic", ".heif", *dicom.SUFFIXES,
)  # fmt: skip

_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"BM", b"GIF8", *TIFF)
_ORIENTATION_TAG = 0x0112


def recognizes(file: FileHead) -> bool:
    """Return whether a file's name or first bytes are those of an image."""
    start = file.start
    boxed = start[4:8] == b"ftyp" and start[8:12] in (b"avif", b"avis", *HEIC)
    marked = start[dicom.PREAMBLE :] == dicom.MAGIC
    return file.name.endswith(SUFFIXES) or start.startswith(_SIGNATURES) or boxed or marked


def open_file(path: Path, split: str | None = None, class_names: Sequence[str] | None = None) -> ImageList:
    """Return a list with the file alone; it is decoded later, when the wanted size and channels are known."""
    return ImageList([path], [path.name], str(path))


class ImageHeader(NamedTuple):
    """Height and width of the upright image, in pixels, and whether it may have color.

    ``bands`` is the number of its channels where these are not gray or color alone, else 0. With ``alpha`` the last of
    them is transparency, which is filled unless so many channels are taken. ``bits`` are those of a channel. ``deep``
    says that it has gray or colors of 16 bits, and does not itself say that only 12 are used. ``pages`` are those of a
    TIFF that may be channels, else 0.
    """

    height: int
    width: int
    color: bool
    bands: int = 0
    alpha: bool = False
    bits: int = 8
    deep: bool = False
    pages: int = 0

    def bands_for(self, channels: int | None) -> int:
        """Return the bands to read where so many ``channels`` are taken, 0 to read gray or color."""
        if self.pages and self.pages == channels:
            return self.pages
        return 0 if self.alpha and self.bands != channels else self.bands


def read_header(path: Path) -> ImageHeader:
    """Return the header of an image file; UnreadableError if it is not an image, or larger than 89 megapixels.

    The checksums of a PNG are verified too, since decoding ignores wrong ones.
    """
    if dicom.is_dicom(_existing(path)):
        return ImageHeader(*dicom.read_size(path))
    layout = read_layout(path)
    if layout is not None and not layout.alpha and not layout.color:
        return ImageHeader(*layout.upright, True, layout.bands, False, layout.bits)
    with _opened(path) as image:
        # Pillow decodes a whole PNG to find EXIF data after the pixels, where few writers put it.
        unsure = image.format == "TIFF" or (image.format == "PNG" and "exif" not in image.info)
        # The size of a TIFF is upright already.
        turned = not unsure and _orientation(image) >= 5
        width, height = image.size[::-1] if turned else image.size
        # Keras reads such files as four channels too, where color_mode="rgba" asks for them.
        bands = 4 if image.mode == "RGBA" else layout.bands if layout and layout.alpha else 0
        gray = image.mode.startswith("I;16")
        deep = is_deep_png(image) or (layout.bits == 16 if layout else gray and not has_12_bits(image))
        header = ImageHeader(
            height, width, has_color(image), bands, bands > 0, 16 if deep or gray else 8, deep, count_pages(image)
        )
        if image.format == "PNG":
            image.verify()
        return header


def read_values(path: Path) -> np.ndarray:
    """Return the values of a file with 16 bits of gray (h, w) or colors (h, w, c), as it holds them."""
    values = _deep_color(path)
    if values is not None:
        return values[..., : 3 if values.shape[2] > 2 else 1]
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
        if pages := count_pages(image):
            return read_pages(image, pages), [PAGES]
        deep, orientation = is_deep_png(image), _orientation(image)
        edits = [] if deep else _before_decoding(image, path)
        array = read_deep_png(lambda: _opened(path)) if deep else np.asarray(image)
        return turned(array, orientation), [*edits, UPRIGHT] if orientation > 1 else edits


def read_image(path: Path, color: bool, depth: Depth = ALL_BITS) -> tuple[np.ndarray, list[Edit]]:
    """Return a file's first frame (h, w, 3) if ``color``, else (h, w), and its edits.

    It is uint8, or float32 in 0…255 if the file has 16 bits: (h, w) then if it is gray, also where ``color`` is asked
    for. ``depth`` says what is white in such files of the set.
    Its EXIF orientation is applied, and transparency is filled with black or white, whichever differs more from the
    opaque pixels. UnreadableError for a file that cannot be decoded whole.
    """
    if dicom.is_dicom(_existing(path)):
        frame, edits = dicom.read_frame(path)
        return _with_channels(frame, color, frame.mode == "RGB", edits), edits
    values = _deep_color(path)
    with _opened(path) as image:
        edits = _before_decoding(image, path)
        had_color = has_color(image)
        orientation = _orientation(image)
        if values is None:
            image.load()
        upright: Image | np.ndarray = image
        if values is not None:
            edits += [white_taken(depth.note)] if depth.note else []
            if depth.given:
                edits.remove(DEPTH)
            if values.shape[2] in (2, 4):
                upright, filled = opaque(layered(values, depth))
                edits += [transparency_filled(filled)] if filled else []
            else:
                upright = eight_bits(values, depth)
        elif image.mode.startswith("I"):
            own = Depth(WHITES[12]) if has_12_bits(image) and not depth.given else depth
            edits += [DEPTH] if not own.given else []
            edits += [white_taken(own.note)] if own.note else []
            levels = np.asarray(image)
            if white_is_zero(image) and not own.stored:
                levels = np.float32(own.white) - np.minimum(levels, np.float32(own.white))
            upright = eight_bits(levels, own)
        elif image.mode == "LAB":
            upright = rgb_of_lab(image)
        elif image.has_transparency_data:
            upright, filled = opaque(image)
            if filled:
                edits.append(transparency_filled(filled))
        if DEPTH in edits and values is None and not image.mode.startswith("I"):
            # Pillow keeps the upper byte of 16-bit colors.
            edits += [DARK] if int(np.asarray(image).max()) < 16 else []
        array = _with_channels(upright, color, had_color, edits)
        if orientation > 1:
            # Pillow turns a TIFF itself, as read_bands does.
            array = array if image.format == "TIFF" else turned(array, orientation)
            edits.append(UPRIGHT)
        return array, edits


def _deep_color(path: Path) -> np.ndarray | None:
    """Return the values (h, w, c) of a file with colors of 16 bits, upright if a TIFF; None for another file."""
    layout = read_layout(path)
    if layout is not None:
        return read_bands(path, layout) if layout.bits == 16 and (layout.color or layout.bands == 4) else None
    with _opened(path) as image:
        deep = is_deep_png(image)
    return read_deep_png(lambda: _opened(path)) if deep else None


def _with_channels(image: Image | np.ndarray, color: bool, had_color: bool, edits: list[Edit]) -> np.ndarray:
    """Return an image in color or gray, floats of gray as they are, and add the edit that this is to ``edits``."""
    if color != had_color:
        edits.append(REPEATED if color else GRAYSCALE)
    if not isinstance(image, np.ndarray) and image.mode == "F":
        return np.asarray(image)
    if isinstance(image, np.ndarray):
        return to_grayscale(image)[..., 0] if had_color and not color else image
    return np.asarray(image.convert("RGB" if color else "L"))


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
    if has_deep_color(image):
        edits.append(DEPTH)
    return edits


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    """Open an image's header; anything that fails there or inside the ``with`` becomes UnreadableError."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(_existing(path), formats=pillow_formats()) as image:
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
        raise unidentified(path) from error
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


def _orientation(image: Image) -> int:
    """Return the EXIF orientation 1…8; 1, upright, if EXIF data are unreadable, since the pixels are still good."""
    try:
        found = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1
