"""TIFF files of several bands, such as satellite images: 2 to 16 samples a pixel of 8 or 16 bits.

Pillow decodes one gray image at a time. So the bands are handed to it as one: those of a pixel side by side in a wider
image, or each stored plane as an image of its own. Whatever compression Pillow knows is read that way.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from ..bands import MOST
from ..paths import one_line, shown
from ..unreadable_files import UnreadableError
from .limits import MAX_IMAGE_PIXELS, too_large

_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
#: None, LZW, deflate (two numbers), PackBits, LZMA, Zstandard: those that keep every sample as it is.
_COMPRESSIONS = (1, 5, 8, 32946, 32773, 34925, 50000)
#: Tags of a TIFF, by number.
WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 256, 257, 258, 259, 262, 266
STRIPS, ORIENTATION, SAMPLES, ROWS, STRIP_BYTES, PLANES, PREDICTOR = 273, 274, 277, 278, 279, 284, 317
TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES, EXTRA, KIND = 322, 323, 324, 325, 338, 339
_READ = (
    WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, STRIPS, ORIENTATION, SAMPLES, ROWS, STRIP_BYTES, PLANES,
    PREDICTOR, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES, EXTRA, KIND,
)  # fmt: skip
_ALPHA = ((1,), (2,))
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB = 0, 1, 2

_Tags = Mapping[int, tuple[int, ...]]


class Layout(NamedTuple):
    """What the first page of a TIFF says of its bands.

    ``height`` and ``width`` are as stored; ``alpha`` means that the last band is marked as transparency, ``color`` that
    they are red, green and blue alone.
    """

    height: int
    width: int
    bands: int
    bits: int
    alpha: bool
    tags: _Tags
    big_endian: bool
    color: bool = False

    @property
    def orientation(self) -> int:
        """How the stored image is turned, 1 (upright) to 8, as in EXIF."""
        found = _one(self.tags, ORIENTATION, 1)
        return found if 1 <= found <= 8 else 1

    @property
    def upright(self) -> tuple[int, int]:
        """Height and width of the upright image."""
        return (self.width, self.height) if self.orientation >= 5 else (self.height, self.width)


def read_layout(path: Path) -> Layout | None:
    """Return the layout of a TIFF of several bands, or None for any other file, also one of gray or 8-bit color alone.

    UnreadableError for bands that are not read: more than 16, or others than whole numbers of 8 or 16 bits.
    """
    with path.open("rb") as file:
        found = _tags(file)
    if found is None:
        return None
    tags, big_endian = found
    samples, photometric, extra = _one(tags, SAMPLES, 1), _one(tags, PHOTOMETRIC, _BLACK_IS_ZERO), tags.get(EXTRA, ())
    colors = {_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3}.get(photometric)
    bits = tags.get(BITS, (1,))
    # Of colors in 16 bits Pillow keeps the upper eight.
    color = samples == colors == 3 and set(bits) == {16}
    if colors is None or (samples <= colors and not color):
        return None
    alpha = samples == colors + 1 and extra in _ALPHA
    name = shown(path)
    if samples > MOST:
        raise UnreadableError(f"{samples} channels", f"{name} has {samples} channels; up to {MOST} are read")
    usual = set(bits) in ({8}, {16}) and set(tags.get(KIND, (1,))) <= {1, 4} and photometric != _WHITE_IS_ZERO
    if not usual or _one(tags, COMPRESSION, 1) not in _COMPRESSIONS or _one(tags, PREDICTOR, 1) not in (1, 2):
        if alpha or color:
            # Pillow may still read it.
            return None
        raise UnreadableError(
            "an unusual TIFF",
            f"{name} has {samples} channels that are not whole numbers of 8 or 16 bits, or packed in an unusual way; "
            "save it again with such channels, or give its array as .npy",
        )
    height, width = _one(tags, HEIGHT, 0), _one(tags, WIDTH, 0)
    if height < 1 or width < 1:
        raise _damaged(path, f"it says that it is {width}×{height}")
    if height * width * samples > MAX_IMAGE_PIXELS:
        raise too_large(path, f"{width}×{height} with {samples} channels")
    return Layout(height, width, samples, bits[0], alpha, tags, big_endian, color)


def read_bands(path: Path, layout: Layout) -> np.ndarray:
    """Return the upright image, uint8 or uint16 (h, w, bands); UnreadableError if it cannot be decoded whole."""
    tags, tiled = layout.tags, TILES in layout.tags
    down = _one(tags, TILE_HEIGHT, 0) if tiled else min(layout.height, _one(tags, ROWS, layout.height))
    across = _one(tags, TILE_WIDTH, 0) if tiled else layout.width
    starts, sizes = (tags.get(tag, ()) for tag in ((TILES, TILE_BYTES) if tiled else (STRIPS, STRIP_BYTES)))
    planes = layout.bands if _one(tags, PLANES, 1) == 2 else 1
    if down < 1 or across < 1:
        raise _damaged(path, "its parts have no size")
    each = -(-layout.height // down) * -(-layout.width // across)
    if len(starts) != len(sizes) or len(starts) != each * planes or sum(sizes) > path.stat().st_size:
        raise _damaged(path, "its parts do not make up an image")
    together = layout.bands // planes
    made = np.empty((layout.height, layout.width, layout.bands), np.uint8 if layout.bits == 8 else np.uint16)
    try:
        with path.open("rb") as file:
            for plane in range(planes):
                part = slice(plane * each, (plane + 1) * each)
                held = [_piece(file, start, size) for start, size in zip(starts[part], sizes[part], strict=True)]
                flat = _decoded(layout, held, (down, across * together), together, tiled)
                made[:, :, plane * together : (plane + 1) * together] = flat
    except Exception as error:  # Pillow's decoders raise many exception types
        raise _damaged(path, one_line(error)) from error
    if _one(tags, PREDICTOR, 1) == 2:
        for left in range(0, layout.width, across):
            # Differences of neighbors, which may run over the largest number on purpose.
            block = made[:, left : left + across]
            block[:] = np.cumsum(block, axis=1, dtype=made.dtype)
    return np.ascontiguousarray(turned(made, layout.orientation))


def _decoded(layout: Layout, pieces: Sequence[bytes], tile: tuple[int, int], together: int, tiled: bool) -> np.ndarray:
    """Return strips or tiles of ``together`` samples a pixel, decoded as a gray image that is so many times as wide."""
    from PIL import Image

    tags = layout.tags
    width = layout.width * together
    entries = {
        WIDTH: [width],
        HEIGHT: [layout.height],
        BITS: [layout.bits],
        COMPRESSION: [_one(tags, COMPRESSION, 1)],
        PHOTOMETRIC: [_BLACK_IS_ZERO],
        FILL_ORDER: [_one(tags, FILL_ORDER, 1)],
        SAMPLES: [1],
        **({TILE_WIDTH: [tile[1]], TILE_HEIGHT: [tile[0]]} if tiled else {ROWS: [tile[0]]}),
        TILES if tiled else STRIPS: [0] * len(pieces),
        TILE_BYTES if tiled else STRIP_BYTES: [len(piece) for piece in pieces],
    }
    order = ">" if layout.big_endian else "<"
    start = 8 + 2 + 12 * len(entries) + 4
    lists = sum(4 * len(values) for values in entries.values() if len(values) > 1)
    at = start + lists
    offsets = []
    for piece in pieces:
        offsets.append(at)
        at += len(piece)
    entries[TILES if tiled else STRIPS] = offsets
    head = io.BytesIO()
    head.write((b"MM" if layout.big_endian else b"II") + struct.pack(order + "HIH", 42, 8, len(entries)))
    more = b""
    for tag, values in sorted(entries.items()):
        head.write(struct.pack(order + "HHI", tag, 4, len(values)))
        if len(values) == 1:
            head.write(struct.pack(order + "I", values[0]))
        else:
            head.write(struct.pack(order + "I", start + len(more)))
            more += struct.pack(f"{order}{len(values)}I", *values)
    head.write(struct.pack(order + "I", 0) + more + b"".join(pieces))
    head.seek(0)
    with Image.open(head, formats=("TIFF",)) as image:
        flat = np.asarray(image)
    if flat.shape != (layout.height, width) or flat.dtype.itemsize * 8 != layout.bits:
        raise ValueError(f"it decodes to {flat.dtype} {flat.shape}")
    return flat.reshape(layout.height, layout.width, together)


def _tags(file: BinaryIO) -> tuple[_Tags, bool] | None:
    """Return the tags of a TIFF's first page, whole numbers, and whether its bytes begin with the highest.

    None for a file that is no TIFF, or so damaged that Pillow, which opens it next, says so.
    """
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    head = file.read(8)
    if head[:4] not in _MAGIC:
        return None
    if b"+" in head[2:4]:
        head += file.read(8)
    try:
        folder = ImageFileDirectory_v2(head)
        file.seek(folder.next)
        folder.load(file)
        held = {tag: folder[tag] for tag in _READ if tag in folder}
    except Exception:
        return None
    found = {tag: value if isinstance(value, tuple) else (value,) for tag, value in held.items()}
    if not all(isinstance(one, int) for values in found.values() for one in values):
        return None
    return found, head[:2] == b"MM"


def _one(tags: _Tags, tag: int, otherwise: int) -> int:
    return (*tags.get(tag, ()), otherwise)[0]


def _piece(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(start)
    piece = file.read(size)
    if len(piece) != size:
        raise ValueError("it ends early")
    return piece


def turned(image: np.ndarray, orientation: int) -> np.ndarray:
    """Return an image (h, w, c) upright."""
    if orientation >= 5:
        image = image.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        image = image[::-1]
    if orientation in (2, 3, 6, 7):
        image = image[:, ::-1]
    return image


def _damaged(path: Path, why: str) -> UnreadableError:
    return UnreadableError("damaged", f"{shown(path)} is a damaged TIFF ({why}); save it again")
