"""``#/deconv/…``: what maximally activates each channel, projected back to pixels."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from cnnviz.attribution.reconstruct import Reconstructions

from ..content import Content
from ..positions import places
from ..quantize import Blobs, pack_maps
from ..section import PAGES, Section

#: The most values of reconstructions per blob, which the page unpacks when the first of its channels is visible.
PIECE = 4_000_000


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the blobs of each layer's strongest images and reconstructions."""
    held = [result for result in content.results if isinstance(result, Reconstructions)]
    if not held:
        return None
    top = [one for one in held if one.extremes == "top"]
    # A layer's lowest images are next to its highest, or alone.
    beside = {one.layer.path for one in top}
    alone = [one for one in held if one.extremes == "bottom" and one.layer.path not in beside]
    lowest = [one for one in held if one.extremes == "bottom" and one.layer.path in beside]
    layers = {"layers": [_layer(one, content, blobs) for one in (*top, *alone)]}
    return layers | ({"lowest": [_layer(one, content, blobs) for one in lowest]} if lowest else {})


def _layer(one: Reconstructions, content: Content, blobs: Blobs) -> dict[str, Any]:
    values = one.values
    if len(drawn := one.images.drawn_channels) < values.shape[4] or one.images.bands:
        values = values[..., drawn]
    channels, kept, height, width, depth = values.shape
    at = places(content.predictions, one.images)[one.pictures]
    # One number per channel and image each, concatenated.
    columns = one.layer.shape[1] if one.layer.spatial else 1
    cells = one.cells[..., 0] * columns + one.cells[..., 1]
    parts = [one.peaks.astype("<f4"), at.astype("<u4"), cells.astype("<u4")]
    parts += [one.boxes[..., side].astype("<u4") for side in range(4)]
    each = max(1, PIECE // max(1, kept * height * width * depth))
    pieces = []
    for start in range(0, channels, each):
        part = values[start : start + each]
        rows = part.reshape(len(part), kept, height, width * depth).transpose(0, 2, 3, 1)
        pieces.append(blobs.add(pack_maps(rows, f"{one.how.title} of {one.layer.path}")))
    return {
        **asdict(one.how),
        "parameters": {name: str(value) for name, value in one.how.parameters.items()},
        "path": one.layer.path,
        "extremes": one.extremes,
        "channels": one.channels,
        "kept": kept,
        "height": height,
        "width": width,
        "depth": depth,
        "set": len(one),
        "reach": float(np.abs(values).max()),
        "places": blobs.add(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)),
        "each": each,
        "pieces": pieces,
    }


DECONV = Section("deconv", PAGES / "deconv.js", entry)
