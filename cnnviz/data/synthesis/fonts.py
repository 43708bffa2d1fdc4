"""Fonts of a folder or of the system whose digits are legible."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.data.paths import is_folder, shown

from .glyphs import Font, drawn_digits, read_font

SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
#: The most fonts to draw from; more are thinned out evenly.
MOST_FONTS = 256
#: The least number of a font's digits that must resemble the same digit of a plain font the most.
_READABLE = 8
_SIDE = 20


def usable_fonts(folder: str | Path | None = None) -> tuple[Font, ...]:
    """Return the fonts of a folder, or of the system and Matplotlib, that have ten legible digits.

    They are sorted by name, and each name and appearance occurs once; symbol fonts, missing glyphs and damaged files
    are left out. DataError for a folder that does not exist or has no such font.
    """
    found = [_font(path, _stamp(path)) for path in font_files(folder)]
    ordered: dict[str, Font] = {}
    looks = set()
    for font in sorted((font for font in found if font is not None), key=lambda font: (font.name, font.key)):
        if font.key not in looks:
            ordered.setdefault(font.name, font)
            looks.add(font.key)
    if not ordered:
        where = "on this system" if folder is None else f"in {shown(folder)}"
        raise DataError(f"no font {where} has usable digits; name a folder of .ttf or .otf files")
    fonts = tuple(ordered.values())
    if len(fonts) <= MOST_FONTS:
        return fonts
    return tuple(fonts[i * len(fonts) // MOST_FONTS] for i in range(MOST_FONTS))


def font_files(folder: str | Path | None = None) -> list[Path]:
    """Return the font files in a folder and below it, or all those of the system and Matplotlib."""
    if folder is not None:
        place = Path(folder).expanduser()
        if not is_folder(place):
            raise DataError(f"there is no folder {shown(folder)}; name one that holds .ttf or .otf files")
        return sorted(path for path in place.rglob("*") if path.suffix.lower() in SUFFIXES)
    from matplotlib import font_manager, get_data_path

    own = (Path(get_data_path()) / "fonts" / "ttf").glob("*.ttf")
    return sorted({*map(Path, font_manager.findSystemFonts()), *own})


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4096)
def _font(path: Path, stamp: tuple[int, int]) -> Font | None:
    """Return a font, or None if its digits are unusable; a file is read again only if its ``stamp`` changes."""
    font = read_font(path, "")
    glyphs = None if font is None else drawn_digits(font, 96)
    if font is None or glyphs is None or not readable(glyphs):
        return None
    # By appearance, since systems hold the same font in several files and versions.
    key = hashlib.sha256(b"".join(repr(glyph.shape).encode() + glyph.tobytes() for glyph in glyphs)).hexdigest()
    return replace(font, key=key)


def readable(glyphs: Sequence[np.ndarray]) -> bool:
    """Return whether ten drawn glyphs are legible as 0 to 9: most resemble the same digit of a plain font the most."""
    shapes = np.stack([_shape(glyph) for glyph in glyphs])
    likeness = np.stack([shapes @ plain.T for plain in _plain_shapes()]).max(axis=0)
    right = likeness.argmax(axis=1) == np.arange(10)
    # Ten equal glyphs are the boxes for missing glyphs.
    apart = (shapes @ shapes.T)[~np.eye(10, dtype=bool)].max() < 0.999
    return bool(right.sum() >= _READABLE and apart)


@lru_cache(maxsize=1)
def _plain_shapes() -> tuple[np.ndarray, ...]:
    """Return the digits of plain fonts that come with Matplotlib, for comparison."""
    from matplotlib import get_data_path

    found = []
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSans-Oblique.ttf", "cmr10.ttf"):
        font = read_font(Path(get_data_path()) / "fonts" / "ttf" / name, name)
        glyphs = None if font is None else drawn_digits(font, 96)
        if glyphs is not None:
            found.append(np.stack([_shape(glyph) for glyph in glyphs]))
    return tuple(found)


def _shape(glyph: np.ndarray) -> np.ndarray:
    """Return a drawn glyph as a vector of length 1 and mean 0, scaled to a fixed height."""
    from PIL import Image

    height, width = glyph.shape
    wide = max(1, min(2 * _SIDE, round(width * _SIDE / height)))
    small = np.asarray(Image.fromarray(glyph).resize((wide, _SIDE)), np.float32)
    canvas = np.zeros((_SIDE, 2 * _SIDE), np.float32)
    left = (2 * _SIDE - wide) // 2
    canvas[:, left : left + wide] = small
    canvas -= canvas.mean()
    return canvas.ravel() / max(float(np.linalg.norm(canvas)), 1e-6)
