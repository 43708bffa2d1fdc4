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


def eight_bits(image: Image, tiff: Any, white: float) -> Image:
    """Return 16-bit grayscale as floats in 0…255, so that shrinking averages the full depth.

    ``tiff`` are a TIFF's tags, and ``white`` is the value of white; the few values beyond it count as white.
    """
    from PIL import Image

    levels = np.minimum(np.asarray(image).astype(np.float32), white)
    if tiff is not None and tiff.get(_PHOTOMETRIC) == 0:
        # White is zero, which Pillow minds only in 8 bits and fewer.
        levels = white - levels
    return Image.fromarray(levels * np.float32(255 / white))


def has_12_bits(image: Image) -> bool:
    """Return whether a TIFF says that it has 12 bits."""
    return image.format == "TIFF" and tuple(image.tag_v2.get(_BITS, ())) == (12,)  # type: ignore[attr-defined]


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
