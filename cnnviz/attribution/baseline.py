"""What an image without its content is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

BASELINES = ("black", "white", "mean", "zero")

#: What hides a part of an image: "ground" is the side that the backgrounds of the model's images lie on.
Fill = Literal["ground", "black", "white", "mean", "zero"]
FILLS: tuple[str, ...] = get_args(Fill)


def check_fill(method: str, fill: str) -> None:
    """Raise UsageError for what is none of FILLS."""
    if fill not in FILLS:
        raise UsageError(f"{method} needs a fill of {', '.join(FILLS)}")


def baseline_inputs(probe: Probe, images: Images, name: str) -> np.ndarray:
    """Return the inputs (n, *input shape) of images that show nothing; ``name`` is one of BASELINES.

    "black" and "white" are pixels, scaled as the images are; "mean" is each image's own mean in each channel;
    "zero" is zero after scaling.
    """
    if name == "zero":
        return np.zeros_like(probe.inputs(images))
    pixels = images.pixels.astype(np.float32)
    if name == "mean":
        # In 64 bits, so that the mean of an image of one colour is that very colour.
        mean = pixels.mean(axis=(1, 2), keepdims=True, dtype=np.float64).astype(np.float32)
        blank = np.broadcast_to(mean, pixels.shape)
    else:
        blank = np.full_like(pixels, images.peak if name == "white" else 0)
    return probe.inputs(replace(images, pixels=np.ascontiguousarray(blank)))


def fill_inputs(probe: Probe, images: Images, name: str) -> np.ndarray:
    """Return what hides each image, shaped as its pixels (n, h, w, c); ``name`` is one of FILLS.

    "ground" is black or white as the model card's background says, and each image's mean where it says nothing.
    """
    if name == "ground":
        name = {"dark": "black", "light": "white"}.get(probe.spec.background or "", "mean")
    return baseline_inputs(probe, images, name).reshape(images.pixels.shape)
