"""The original images of a page of heatmaps, and where the maps lie over them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image

from cnnviz.data.images import Images
from cnnviz.data.originals import read_original

from ..quantize import Blobs
from ..sheets.paper import in_color

#: The longest side of an original on a page, in pixels, and the quality of its JPEG.
LONGEST, QUALITY = 1024, 90


@dataclass(frozen=True)
class Originals:
    """Wishes for the original images on a page of heatmaps, beside the heatmaps themselves."""

    def entries(self, images: Images, blobs: Blobs) -> list[dict[str, Any]]:
        """Return one entry per image: its JPEG, its size, and the part of it that the model's input spans.

        ``span`` is top, left, height and width as shares of the original; it is larger than the image if that was
        padded.
        """
        return [_entry(images, position, blobs) for position in range(len(images))]


def _entry(images: Images, position: int, blobs: Blobs) -> dict[str, Any]:
    held = read_original(images, position)
    height, width = held.pixels.shape[:2]
    used, filled = held.place
    down = used.size[0] / filled.size[0] / height
    across = used.size[1] / filled.size[1] / width
    rows, columns = held.fitted
    drawn = Image.fromarray(in_color(held.pixels))
    drawn.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    drawn.save(stream, "JPEG", quality=QUALITY)
    return {
        "blob": blobs.add(stream.getvalue()),
        "height": height,
        "width": width,
        "span": [
            used.top / height - filled.top * down,
            used.left / width - filled.left * across,
            rows * down,
            columns * across,
        ],
    }
