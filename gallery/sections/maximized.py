"""Maximized images, for the pages of a layer and of its channels."""

from __future__ import annotations

from dataclasses import asdict
from math import prod
from typing import Any

import numpy as np

from cnnviz.data.bands import draw_bands
from cnnviz.maximization.result import Maximized

from ..content import Content
from ..positions import places
from ..quantize import Blobs
from ..section import Section


def entry(content: Content, blobs: Blobs) -> dict[str, Any] | None:
    """Return the blobs of each layer's maximized images with their activations; a control is separate."""
    held = [result for result in content.results if isinstance(result, Maximized)]
    layers = [_layer(one, path, content, blobs) for one in held if (path := path_of(one)) is not None]
    return {"layers": layers} if layers else None


def path_of(one: Maximized) -> str | None:
    """Return the layer of the units; logits belong to the last layer, if its units are the classes or outputs."""
    if one.how.layer is not None:
        return one.how.layer
    last = one.model.layers[-1]
    return last.path if prod(last.shape) == len(one.model.score_names) else None


def _layer(one: Maximized, path: str, content: Content, blobs: Blobs) -> dict[str, Any]:
    first = slice(None, None, one.how.restarts)
    height, width, _ = one.images.shape
    drawn = draw_bands(one.pictures * 255, one.images.bands, None)
    at = np.full(len(one.units), -1)
    if one.rivals is not None and not one.how.control:
        at = places(content.predictions, one.rivals.images)
    return {
        **{name: value for name, value in asdict(one.how).items() if name not in ("layer", "parameters")},
        "parameters": {name: _words(value) for name, value in one.how.parameters.items()},
        "path": path,
        "units": one.units,
        "height": height,
        "width": width,
        "depth": drawn.shape[-1],
        "pixels": blobs.add(np.ascontiguousarray(drawn).tobytes()),
        "reached": [float(value) for value in one.reached],
        "from_best": [bool(value) for value in one.from_best],
        "best": [None if np.isnan(value) else float(value) for value in one.best[first]],
        "rivals": [None if place < 0 else int(place) for place in at],
        "dead": [bool(value) for value in one.dead[first]],
    }


def _words(value: Any) -> str:
    return (", ".join(map(str, value)) or "none") if isinstance(value, list | tuple) else f"{value}"


MAXIMIZED = Section("maximized", None, entry)
