"""A page of somebody's own: the receptive field of every layer, drawn on an image."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cnnviz.gallery import Section
from cnnviz.gallery.content import Content
from cnnviz.gallery.quantize import Blobs

HERE = Path(__file__).parent


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the layers with a known receptive field: how many input pixels a unit in the middle reads."""
    model = content.predictions.model
    size = model.input_shape[:2]
    layers = []
    for layer in model.layers_once:
        if layer.spatial and layer.receptive_field is not None:
            top, left, bottom, right = layer.field_of(layer.shape[0] // 2, layer.shape[1] // 2, size)
            layers.append({"path": layer.path, "pixels": (bottom - top) * (right - left)})
    return {"layers": layers} if layers else None


RECEPTIVE_FIELDS = Section(
    name="receptive-fields",
    module=HERE / "page.js",
    style=HERE / "page.css",
    entry=entry,
    schema={
        "type": "object",
        "required": ["layers"],
        "additionalProperties": False,
        "properties": {
            "layers": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["path", "pixels"],
                    "additionalProperties": False,
                    "properties": {"path": {"type": "string"}, "pixels": {"type": "integer", "minimum": 1}},
                },
            }
        },
    },
)
