"""The inputs of a model, from images of the right size."""

from __future__ import annotations

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images

from .input_scale.scale import Scale


def scaled_inputs(
    images: Images, scale: Scale, image_shape: tuple[int, int, int], input_shape: tuple[int, ...]
) -> np.ndarray:
    """Return the float32 inputs (n, *input_shape) for images of (height, width, channels).

    UsageError for images of another shape, and for a scale function that changes their size.
    """
    if images.shape != image_shape:
        raise UsageError(
            f"the model takes images of {_by(image_shape)}, but these have {_by(images.shape)}; fit them with "
            "probe.fit(images)"
        )
    scaled = scale(images)
    if scaled.size != images.pixels.size:
        raise UsageError(
            f"the scale function returns an array of {scaled.shape} for {len(images)} images of {_by(images.shape)}; "
            "it may not change their size"
        )
    return np.ascontiguousarray(scaled.reshape(len(images), *input_shape))


def _by(shape: tuple[int, ...]) -> str:
    return "×".join(str(extent) for extent in shape)
