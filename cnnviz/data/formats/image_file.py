"""Image files: header, and pixels upright, opaque, in grayscale or RGB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..edits import DEPTH, FIRST_FRAME, GRAYSCALE, REPEATED, UPRIGHT, Edit, transparency_filled
from ..image_list import ImageList
from ..paths import is_file, is_folder, one_line, shown
from ..unreadable_files import UnreadableError
from .file_head import FileHead
from .limits import MAX_IMAGE_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image, Transpose

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif")

_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"BM", b"GIF8")
_ORIENTATION_TAG = 0x0112


def recognizes(file: FileHead) -> bool:
    """Return whether a file's name or first bytes are those of a PNG, JPEG, WebP, BMP or GIF."""
    return file.name.endswith(SUFFIXES) or file.start.startswith(_SIGNATURES)


def open_file(path: Path, split: str | None = None, class_names: Sequence[str] | None = None) -> ImageList:
    """Return a list with the file alone; it is decoded later, when the wanted size and channels are known."""
    return ImageList([path], [path.name], str(path))


class ImageHeader(NamedTuple):
    """Height and width of the upright image, in pixels, and whether it may have color."""

    height: int
    width: int
    color: bool


def read_header(path: Path) -> ImageHeader:
    """Return the header of an image file; UnreadableError if it is not an image, or larger than 89 megapixels.

    The checksums of a PNG are verified too, since decoding ignores wrong ones.
    """
    with _opened(path) as image:
        # Pillow decodes a whole PNG to find EXIF data after the pixels, where few writers put it.
        turned = (image.format != "PNG" or "exif" in image.info) and _orientation(image) >= 5
        width, height = image.size[::-1] if turned else image.size
        header = ImageHeader(height, width, has_color(image))
        if image.format == "PNG":
            image.verify()
        return header


def read_image(path: Path, color: bool) -> tuple[Image, list[Edit]]:
    """Return a file's first frame in mode RGB if ``color``, else L, or F in 0…255 if it has 16 bits, and its edits.

    Its EXIF orientation is applied, and transparency is filled with black or white, whichever differs more from the
    opaque pixels. UnreadableError for a file that cannot be decoded whole.
    """
    with _opened(path) as image:
        edits = []
        if getattr(image, "is_animated", False) and image.format != "MPO":
            edits.append(FIRST_FRAME)
        had_color = has_color(image)
        image.load()
        orientation = _orientation(image)
        upright: Image = image
        if image.mode.startswith("I"):
            upright = _eight_bits(image)
            edits.append(DEPTH)
        elif image.has_transparency_data:
            upright, filled = opaque(image)
            if filled:
                edits.append(transparency_filled(filled))
        if not color and had_color:
            edits.append(GRAYSCALE)
        elif color and not had_color:
            edits.append(REPEATED)
        if upright.mode != "F":
            upright = upright.convert("RGB" if color else "L")
        if orientation > 1:
            upright = upright.transpose(_turns()[orientation])
            edits.append(UPRIGHT)
        return upright, edits


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    """Open an image's header; anything that fails there or inside the ``with`` becomes UnreadableError."""
    if not is_file(path):
        if is_folder(path):
            raise UnreadableError("a folder", f"{shown(path)} is a folder, not an image; name the images in it")
        raise UnreadableError("not there", f"there is no file {shown(path)}; give the path of an image")
    from PIL import Image, UnidentifiedImageError

    try:
        from PIL import WebPImagePlugin  # noqa: F401 - known only once imported, when formats are named

        with Image.open(path, formats=FORMATS) as image:
            width, height = image.size
            if width * height > MAX_IMAGE_PIXELS:
                raise _too_large(path, f"{width}×{height}")
            yield image
    except UnreadableError:
        raise
    except PermissionError as error:
        why = one_line(error.strerror)
        raise UnreadableError(why, f"cannot read {shown(path)}: {why}; allow it to be read") from error
    except UnidentifiedImageError as error:
        raise UnreadableError(
            "damaged, or not an image",
            f"{shown(path)} is damaged, or not a PNG, JPEG, WebP, BMP or GIF; save it anew as one of these",
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path, "") from error
    except Exception as error:  # Pillow's decoders raise many exception types
        message = f"{shown(path)} is a damaged image ({one_line(error)}); save it again"
        raise UnreadableError("damaged", message) from error


def _too_large(path: Path, size: str) -> UnreadableError:
    most = f"{MAX_IMAGE_PIXELS // 1_000_000} megapixels"
    message = f"{shown(path)} is too large{': ' + size if size else ''}; shrink it to {most} at most"
    return UnreadableError(f"more than {most}", message)


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


def has_color(image: Image) -> bool:
    """Return whether an image may have color, by its mode and palette."""
    if image.mode in ("P", "PA") and image.palette is not None:
        mode = image.palette.mode
        entries = np.frombuffer(bytes(image.palette.palette), np.uint8)
        entries = entries[: entries.size // len(mode) * len(mode)].reshape(-1, len(mode))[:, :3]
        return bool((entries != entries[:, :1]).any())
    return not image.mode.startswith(("1", "L", "I", "F")) or image.mode == "LAB"


def _eight_bits(image: Image) -> Image:
    """Return 16-bit grayscale as floats in 0…255, so that shrinking averages the full depth."""
    from PIL import Image

    levels = np.asarray(image).astype(np.float32)
    levels /= 257
    return Image.fromarray(levels)


def opaque(image: Image) -> tuple[Image, str]:
    """Return an image on black or white, whichever differs more from its opaque pixels, and the color's name.

    The name is "" for an image that is opaque all over.
    """
    from PIL import Image

    gray = image.mode in ("LA", "La") or image.mode == "L"
    layered = image.convert("LA" if gray else "RGBA")
    alpha = layered.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return layered.convert("L" if gray else "RGB"), ""
    histogram = layered.convert("L").histogram(mask=alpha.point([0] * 128 + [255] * 128))
    mean = sum(level * count for level, count in enumerate(histogram)) / max(1, sum(histogram))
    level, name = (0, "black") if mean > 127.5 else (255, "white")
    flat = Image.new("L" if gray else "RGB", image.size, level if gray else (level,) * 3)
    flat.paste(layered.convert(flat.mode), mask=alpha)
    return flat, name
