"""Linear, differentiable scaling from pixels to a model's inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images
from cnnviz.models.import_tensorflow import tensorflow

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@dataclass(frozen=True, eq=False)
class InputRange:
    """The inputs of a black and of a white image, each (h, w, c), and whether channels are reversed (BGR)."""

    black: np.ndarray
    white: np.ndarray
    turned: bool

    def __call__(self, images: Any) -> Any:
        """Return inputs, a tensor (n, h, w, c), for images whose pixels are 0…1."""
        if self.turned:
            images = tensorflow().reverse(images, [-1])
        if not self.black.any() and (self.white == 1).all():
            return images
        return images * (self.white - self.black) + self.black


def as_images(pixels: np.ndarray, source: str = "maximised") -> Images:
    """Return pixels (n, h, w, c) float32 in 0…1 as Images."""
    return Images(pixels, source=source, peak=1.0)


def input_range(probe: Probe) -> InputRange:
    """Return the span of a probe's scaling; UsageError if it is not linear between black and white."""
    shape = probe.card.input_shape
    ends = np.stack([np.zeros(shape, np.float32), np.ones(shape, np.float32)])
    drawn = np.random.default_rng(0).random((2, *shape), np.float32)
    black, white, *asked = probe.inputs(_given(probe, np.concatenate([ends, drawn]))).reshape(4, *shape)
    affine = probe.scale.affine
    span = InputRange(black, white, affine is not None and affine.bgr)
    made = drawn[..., ::-1] if span.turned else drawn
    reach = float(np.abs(white - black).max())
    # Functions may round pixels to bytes.
    if not np.allclose(black + made * (white - black), np.stack(asked), atol=reach / 200):
        raise UsageError(
            "the scale function is not linear from black to white for each pixel, so gradients cannot pass "
            "through it; give a named scale or MEAN,STD"
        )
    return span


def _given(probe: Probe, pixels: np.ndarray) -> Images:
    """Return images in the range that a caller's own function expects."""
    return as_images(pixels) if probe.scale.affine is not None else Images(pixels * np.float32(255), peak=255.0)
