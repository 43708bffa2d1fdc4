"""Modes of Pillow's images: what has color, 16 bits as 0…255, transparency filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..pixel_range import ALL_BITS, Depth

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


def eight_bits(values: np.ndarray, depth: Depth) -> np.ndarray:
    """Return values of 16 bits as floats in 0…255, or as they are stored, so that shrinking averages the full depth."""
    levels = values.astype(np.float32)
    if depth.stored:
        return levels
    if not depth.given:
        levels = np.minimum(levels, np.float32(depth.white))
    return levels * np.float32(255 / depth.white)


def white_is_zero(image: Image) -> bool:
    """Return whether a TIFF counts from white, which Pillow minds only in 8 bits and fewer."""
    return image.format == "TIFF" and image.tag_v2.get(_PHOTOMETRIC) == 0  # type: ignore[attr-defined]


def layered(values: np.ndarray, depth: Depth) -> Image:
    """Return values (h, w, 2) or (h, w, 4) of 16 bits as an image of 8 bits with transparency."""
    from PIL import Image

    # Opaque is 65535 beside colors of 12 bits too, unless it is not even reached by their white.
    opaque = depth if float(values[..., -1].max(initial=0)) <= depth.white else ALL_BITS
    levels = np.concatenate([eight_bits(values[..., :-1], depth), eight_bits(values[..., -1:], opaque)], axis=-1)
    return Image.fromarray(np.rint(np.clip(levels, 0, 255)).astype(np.uint8), "LA" if values.shape[2] == 2 else "RGBA")


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
