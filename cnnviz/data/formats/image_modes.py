"""Modes of Pillow's images: what has color, 16 bits as 0…255, transparency filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

_PHOTOMETRIC, _BITS = 262, 258


def has_color(image: Image) -> bool:
    """Return whether an image may have color, by its mode and palette."""
    if image.mode in ("P", "PA") and image.palette is not None:
        mode = image.palette.mode
        entries = np.frombuffer(bytes(image.palette.palette), np.uint8)
        entries = entries[: entries.size // len(mode) * len(mode)].reshape(-1, len(mode))[:, :3]
        return bool((entries != entries[:, :1]).any())
    return not image.mode.startswith(("1", "L", "I", "F")) or image.mode == "LAB"


def eight_bits(image: Image, tiff: Any) -> tuple[Image, bool]:
    """Return 16-bit grayscale as floats in 0…255, so that shrinking averages the full depth.

    Also whether all values are below 4096, as in a file of 12 bits that says it has 16. ``tiff`` are a TIFF's tags.
    """
    from PIL import Image

    levels = np.asarray(image).astype(np.float32)
    dark = bool(levels.size and levels.max() < 4096)
    peak = 65535
    if tiff is not None:
        if tuple(tiff.get(_BITS, ())) == (12,):
            peak, dark = 4095, False
        if tiff.get(_PHOTOMETRIC) == 0:
            # White is zero, which Pillow minds only in 8 bits and fewer.
            levels = peak - levels
    levels *= 255 / peak
    return Image.fromarray(levels), dark


def rgb_of_lab(image: Image) -> Image:
    """Return an image in CIE L*a*b* as sRGB."""
    from PIL import ImageCms

    made = ImageCms.profileToProfile(
        image, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert made is not None
    return made


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
