"""The formats that Pillow reads here, and what is said of a file that it does not know."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ..paths import shown
from ..unreadable_files import UnreadableError

#: The first bytes of TIFF files, and what follows "ftyp" in HEIC files.
TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_WORDS = "a PNG, JPEG, WebP, BMP, GIF, TIFF, AVIF, HEIC or DICOM"


@cache
def pillow_formats() -> tuple[str, ...]:
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


def unidentified(path: Path) -> UnreadableError:
    """Return the error for a file that Pillow does not know."""
    try:
        with path.open("rb") as file:
            start = file.read(12)
    except OSError:
        start = b""
    name = shown(path)
    if start[4:8] == b"ftyp" and start[8:12] in HEIC and "HEIF" not in pillow_formats():
        return UnreadableError("HEIC", f"{name} is a HEIC photo; pip install pillow-heif, or save it as JPEG")
    if start[4:8] == b"ftyp" and start[8:12] in (b"avif", b"avis") and "AVIF" not in pillow_formats():
        return UnreadableError("AVIF", f"{name} is an AVIF image; pip install 'pillow>=11.3', or save it as PNG")
    if start.startswith(TIFF):
        return UnreadableError(
            "damaged, or an unusual TIFF",
            f"{name} is a damaged TIFF, or not a PNG, nor a TIFF of gray or color in 8 or 16 bits; save it as one of "
            "these, or give its array as .npy",
        )
    return UnreadableError(
        "damaged, or not an image", f"{name} is damaged, or not {_WORDS}; save it anew as one of these"
    )
