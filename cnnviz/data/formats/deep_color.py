"""Colors of 16 bits in PNG files, of which Pillow keeps the upper eight: decoded twice, for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

#: By the packing of a PNG's pixels: the mode to decode in, and the packings that give the upper and the lower bytes.
#: Gray with transparency is read as four bytes a pixel, in the order of the file.
_PACKINGS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "RGB;16B": ("RGB", ("RGB;16B", "RGB;16L")),
    "RGBA;16B": ("RGBA", ("RGBA;16B", "RGBA;16L")),
    "LA;16B": ("RGBA", ("RGBA",)),
}


def has_deep_color(image: Image) -> bool:
    """Return whether an image, not decoded yet, has colors, or gray and transparency, of 16 bits."""
    return not image.mode.startswith("I") and any(";16" in str(tile[3]) for tile in getattr(image, "tile", ()))


def is_deep_png(image: Image) -> bool:
    """Return whether an image, not decoded yet, is a PNG for read_deep_png."""
    return image.format == "PNG" and has_deep_color(image) and str(_tile(image)[3]) in _PACKINGS


def read_deep_png(opened: Callable[[], AbstractContextManager[Image]]) -> np.ndarray:
    """Return all 16 bits of a PNG's colors, uint16 (h, w, 2) with gray and transparency, (h, w, 3) or (h, w, 4).

    ``opened`` opens the file. A color that the file says to be transparent becomes a fourth channel.
    """
    with opened() as image:
        packing, key = str(_tile(image)[3]), image.info.get("transparency")
    mode, packings = _PACKINGS[packing]
    parts = [_decoded(opened, mode, one) for one in packings]
    if packing == "LA;16B":
        upper, lower = parts[0][..., ::2], parts[0][..., 1::2]
    else:
        upper, lower = parts
    values = upper.astype(np.uint16) << 8 | lower
    if packing == "RGB;16B" and isinstance(key, tuple):
        shown = (values != np.asarray(key)).any(axis=-1, keepdims=True)
        values = np.concatenate([values, shown * np.uint16(65535)], axis=-1)
    return values


def _decoded(opened: Callable[[], AbstractContextManager[Image]], mode: str, packing: str) -> np.ndarray:
    with opened() as image:
        held: Any = image
        held._mode, held.tile = mode, [_tile(image)._replace(args=packing)]
        held.load()
        return np.asarray(image)


def _tile(image: Any) -> Any:
    return image.tile[0]
