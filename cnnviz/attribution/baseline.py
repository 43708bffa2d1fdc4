"""What a picture without its content is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.images import Images

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

BASELINES = ("black", "white", "mean", "zero")


def baseline_inputs(probe: Probe, images: Images, name: str) -> np.ndarray:
    """Return the inputs (n, *input shape) of pictures that show nothing; ``name`` is one of BASELINES.

    "black" and "white" are pixels, scaled as the pictures are; "mean" is each picture's own mean in each channel;
    "zero" is zero after scaling.
    """
    if name == "zero":
        return np.zeros_like(probe.inputs(images))
    pixels = images.pixels.astype(np.float32)
    if name == "mean":
        blank = np.broadcast_to(pixels.mean(axis=(1, 2), keepdims=True), pixels.shape)
    else:
        blank = np.full_like(pixels, images.peak if name == "white" else 0)
    return probe.inputs(replace(images, pixels=np.ascontiguousarray(blank)))
