"""Baselines: inputs that stand for an image without content."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

BASELINES = ("black", "white", "mean", "zero")

#: Fills for hidden parts of an image: "ground" is black or white, like the background of the model's images.
Fill = Literal["ground", "black", "white", "mean", "zero"]
FILLS: tuple[str, ...] = get_args(Fill)


def check_fill(method: str, fill: str) -> None:
    """Raise UsageError for a fill that is not in FILLS."""
    if fill not in FILLS:
        raise UsageError(f"{method} needs a fill of {', '.join(FILLS)}")


def baseline_inputs(probe: Probe, images: Images, name: str) -> np.ndarray:
    """Return baseline inputs (n, *input shape); ``name`` is one of BASELINES.

    "black" and "white" are pixels, scaled as the images are; "mean" is each image's own mean in each channel;
    "zero" is zero after scaling.
    """
    if name == "zero":
        return np.zeros_like(probe.inputs(images))
    pixels = images.pixels.astype(np.float32)
    if name == "mean":
        # In float64, so that the mean of an image of one color is exactly that color.
        mean = pixels.mean(axis=(1, 2), keepdims=True, dtype=np.float64).astype(np.float32)
        blank = np.broadcast_to(mean, pixels.shape)
    else:
        blank = np.full_like(pixels, images.peak if name == "white" else 0)
    return probe.inputs(replace(images, pixels=np.ascontiguousarray(blank)))


def fill_inputs(probe: Probe, images: Images, name: str) -> np.ndarray:
    """Return the fill of each image, shaped as its pixels (n, h, w, c); ``name`` is one of FILLS.

    "ground" is black or white, as the background on the model card, or each image's mean if the card has none.
    """
    if name == "ground":
        name = {"dark": "black", "light": "white"}.get(probe.spec.background or "", "mean")
    return baseline_inputs(probe, images, name).reshape(images.pixels.shape)
